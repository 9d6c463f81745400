"""What the person at the keyboard did or can mend: one message, no traceback."""


class BadInput(Exception):
    """What is wrong with an input, where, and what to do about it; the commands print it and exit with 2."""


class NotReady(Exception):
    """Why nothing may be built now, and what a person can say or do about it; the commands print it and exit with 1."""


class Stopped(Exception):
    """Somebody stopped a run; what it had published stays, and another run goes on from there."""
