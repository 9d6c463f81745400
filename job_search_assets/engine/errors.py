"""What the person at the keyboard did or can mend: one message, no traceback."""


class BadInput(Exception):
    """What is wrong with an input, where, and what to do about it; the commands print it and exit with 2."""


class Stopped(Exception):
    """Somebody stopped a run; what it had published stays, and another run goes on from there."""
