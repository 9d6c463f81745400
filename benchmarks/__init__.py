"""Measured, not guessed: run by `make bench`."""
