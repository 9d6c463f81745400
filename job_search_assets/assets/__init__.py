"""Floor 5: what exists. One function a dataset; it wires logic to tables and computes nothing itself."""
