"""Errors that the person at the keyboard can mend: one message, no traceback."""


class BadInput(Exception):
    """What is wrong with an input, where, and what to do about it; the commands print it and exit with 2."""
