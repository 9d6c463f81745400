"""What each kind of value in the contract means: its typed value, and whether a text breaks it.

A pattern is looked for before anything is cast, since a cast that fails stops Spark, and what engines take
for a date or a number differs: here `nan`, `0x1F`, `31.12.1871` and 30 February are none.
"""

from collections.abc import Callable

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.users.addresses import address_key, network_bounds
from job_search_assets.logic.users.binding import bound
from job_search_assets.schemas.contracts import COUNTRIES, Column

DATE = r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}"
CLOCK = r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?"
ZONE = r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)?"
TIME = rf"{DATE}({CLOCK}{ZONE})?\z"
# A calendar date; midnight may follow, as in files written by programs that only have time stamps.
CALENDAR_DATE = rf"{DATE}([T ]00:00(:00([.]0{{1,9}})?)?)?\z"
NUMBER = r"\A[+-]?([0-9]{1,20}([.][0-9]{0,30})?|[.][0-9]{1,30})([eE][+-]?[0-9]{1,2})?\z"

UTC = "+0000"
# Beyond these years a time stamp does not fit the nanoseconds of pandas; no product has accounts from there.
FIRST_YEAR, LAST_YEAR = 1970, 2261

Reading = tuple[ir.Value, ir.BooleanValue, str]  # value, whether the text is sound, the rule it breaks if not


def read(text: ir.StringValue, column: Column) -> Reading:
    """A column's typed value (null if the text is empty or unsound), whether a text is sound, and its rule."""
    return READERS[column.kind](text, column)


def time_key(text: ir.StringValue) -> ir.StringValue:
    """A time as it is written in keys, such as 2026-02-10T04:22:12Z; a text that is no time, as it is."""
    return ibis.coalesce(time_text(time_value(text)), text)


def time_text(moment: ir.TimestampValue) -> ir.StringValue:
    """A moment in the notation of keys."""
    return moment.cast("string").replace(" ", "T") + "Z"


def time_value(text: ir.StringValue) -> ir.TimestampValue:
    """The moment in UTC that a text in ISO 8601 names; null if it names none. Without a zone it is UTC."""
    nothing = ibis.null("timestamp(6)")
    stamp = ibis.ifelse(
        text.re_search(TIME), text + ibis.ifelse(text.length() == 10, "T00:00", ""), ibis.null("string")
    )
    return bound(
        stamp,
        lambda written: bound(
            _zone(written), lambda zone: ibis.ifelse(_is_moment(written, zone), _moment(written, zone), nothing)
        ),
    )


def _time(text: ir.StringValue, column: Column) -> Reading:
    value = time_value(text)
    return value, value.notnull(), f"not a time in ISO 8601, or not in {FIRST_YEAR} to {LAST_YEAR}"


def _date(text: ir.StringValue, column: Column) -> Reading:
    written = ibis.ifelse(text.re_search(CALENDAR_DATE) & _is_day(text), text.left(10), ibis.null("string"))
    value = written.cast("date")
    return value, value.notnull(), "not a calendar date such as 1990-02-28"


def _number(text: ir.StringValue, column: Column) -> Reading:
    value = ibis.ifelse(text.re_search(NUMBER), text, ibis.null("string")).cast("float64")
    is_sound = value >= column.low
    if column.high is not None:
        is_sound = is_sound & (value <= column.high)
    return value, is_sound, f"not a number {_range(column)}"


def _range(column: Column) -> str:
    return f"of at least {column.low:g}" if column.high is None else f"from {column.low:g} to {column.high:g}"


def _flag(text: ir.StringValue, column: Column) -> Reading:
    return text.lower() == "true", text.lower().isin(["true", "false"]), "not true or false"


def _category(text: ir.StringValue, column: Column) -> Reading:
    return text, text.isin(column.values), "not one of the known values"


def _country(text: ir.StringValue, column: Column) -> Reading:
    return text, text.isin(sorted(COUNTRIES)), "not a country code of ISO 3166 alpha-2"


def _address(text: ir.StringValue, column: Column) -> Reading:
    return text, address_key(text).notnull(), "not an IP address"


def _network(text: ir.StringValue, column: Column) -> Reading:
    return text, network_bounds(text)[0].notnull(), "not a network in CIDR notation or an IP address"


def _id(text: ir.StringValue, column: Column) -> Reading:
    return text, text.strip() != "", "empty"


def _text(text: ir.StringValue, column: Column) -> Reading:
    return text, ibis.literal(True), ""


READERS: dict[str, Callable[[ir.StringValue, Column], Reading]] = {
    "time": _time,
    "date": _date,
    "number": _number,
    "flag": _flag,
    "category": _category,
    "country": _country,
    "address": _address,
    "network": _network,
    "id": _id,
    "text": _text,
}


def _is_day(text: ir.StringValue) -> ir.BooleanValue:
    """Whether a text that begins with a date's digits names a day of the calendar."""
    year, month, day = _whole(text.left(4)), _whole(text.left(7).right(2)), _whole(text.left(10).right(2))
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    february = ibis.ifelse(is_leap, 29, 28)
    days = ibis.cases((month == 2, february), (month.isin([4, 6, 9, 11]), 30), else_=31)
    return ((year > 0) & month.between(1, 12) & (day >= 1) & (day <= days)).fill_null(False)


def _is_moment(written: ir.StringValue, zone: ir.StringValue) -> ir.BooleanValue:
    is_in_range = written.left(4).between(str(FIRST_YEAR), str(LAST_YEAR))
    is_clock = (written.left(13).right(2) < "24") & (written.left(16).right(2) < "60") & (_seconds(written) < "60")
    is_zone = (zone.left(3).right(2) < "24") & (zone.right(2) < "60")
    return _is_day(written) & is_in_range & is_clock & is_zone


def _moment(written: ir.StringValue, zone: ir.StringValue) -> ir.TimestampValue:
    fraction = ibis.ifelse(written.contains("."), written.re_extract("[.]([0-9]+)", 1), "") + "000000"
    clock = written.left(10) + " " + written.left(16).right(5) + ":" + _seconds(written) + "." + fraction.left(6)
    minutes = _whole(zone.left(3).right(2)) * 60 + _whole(zone.right(2))
    east = ibis.ifelse(zone.left(1) == "-", -minutes, minutes)
    local = clock.cast("timestamp(6)")
    return ibis.ifelse(zone == UTC, local, (local - east.as_interval("m")).cast("timestamp(6)"))


def _seconds(written: ir.StringValue) -> ir.StringValue:
    return ibis.ifelse(written.left(17).right(1) == ":", written.left(19).right(2), "00")


def _zone(written: ir.StringValue) -> ir.StringValue:
    """Sign, two digits for hours and two for minutes."""
    tail = written.substr(16) + UTC  # the first zone found is the text's own, if it has one
    return (tail.re_extract("[+-][0-9:]+", 0).replace(":", "") + "00").left(5)


def _whole(digits: ir.StringValue) -> ir.IntegerValue:
    return digits.try_cast("int64").fill_null(0)
