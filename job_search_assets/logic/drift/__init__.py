"""Drift: whether a delivery is like what came before it, by source and feature, and if not, where it moved."""
