"""Floor 4, the wrong entry: corrections, what they would change, and the repair that makes it so."""
