"""One record's bytes as fields, or what is wrong with them."""

import re

# A field and what ends it; a quote, or a line break outside quotes, fits nowhere else.
FIELD = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\Z)')

BROKEN_QUOTING = "broken quoting"
MISSING_FIELDS = "missing fields"
SURPLUS_FIELDS = "surplus fields"
NOT_UTF8 = "bytes that are not UTF-8"
NUL_BYTE = "NUL byte"


def split_fields(record: str) -> list[str] | None:
    """The fields of a record, quotes taken off; None if its quoting is broken (RFC 4180)."""
    fields, position = [], 0
    while found := FIELD.match(record, position):
        quoted, plain, separator = found.groups()
        fields.append(plain if quoted is None else quoted.replace('""', '"'))
        if not separator:
            return fields
        position = found.end()
    return None


def take_apart(record: bytes, header: list[str]) -> dict[str, str | None]:
    """A record as a row: its text, what is broken and in which column, and its fields by name.

    Bytes that are no text are escaped, as in `caf\\xe9`. Where they stand in one field only, the other
    fields are given too, so that a correction can replace that field.
    """
    fields = split_fields(record.decode("utf-8", "surrogateescape"))
    text = escaped(record)
    if fields is None:
        return {"text": text, "broken": BROKEN_QUOTING}
    if len(fields) != len(header):
        return {"text": text, "broken": MISSING_FIELDS if len(fields) < len(header) else SURPLUS_FIELDS}
    row: dict[str, str | None] = dict(zip(header, [_readable(field) or None for field in fields], strict=True))
    stray = [name for name, field in zip(header, fields, strict=True) if _readable(field) != field]
    if not stray:
        return {**row, "text": text, "broken": None}
    broken = NUL_BYTE if b"\0" in record and is_utf8(record) else NOT_UTF8
    known = row if len(stray) == 1 else {}
    return {**known, "text": text, "broken": broken, "broken_column": stray[0]}


def escaped(record: bytes) -> str:
    """Bytes as text that any table can hold: what is not UTF-8, and NUL, as `\\x..`."""
    return record.decode("utf-8", "backslashreplace").replace("\0", "\\x00")


def _readable(field: str) -> str:
    return escaped(field.encode("utf-8", "surrogateescape"))


def is_utf8(record: bytes) -> bool:
    """Whether the bytes are text."""
    try:
        record.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
