"""IP addresses and networks as strings that sort as the addresses do, so that any engine can compare them.

An address becomes its version and its hexadecimal digits: `4c0a80001`, `620010db8` and 24 digits more. A
network is then the two ends of a range, and "inside" is a comparison of strings. No engine has types for both
versions, and Spark has none at all.
"""

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.users.binding import bound

HEX = "0123456789abcdef"
HEX_OF_OCTET = "".join(f"{octet:02x}" for octet in range(256))
OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
VERSION_4 = rf"\A{OCTET}([.]{OCTET}){{3}}\z"
TAIL_OF_VERSION_4 = rf":{OCTET}([.]{OCTET}){{3}}\z"
GROUPS = "[0-9a-f]{1,4}(:[0-9a-f]{1,4})"
VERSION_6 = rf"\A({GROUPS}{{7}}|({GROUPS}{{0,6}})?::({GROUPS}{{0,6}})?)\z"
VERSION_4_IN_6 = "0" * 20 + "ffff"  # ::ffff:192.0.2.1, how servers with one socket for both write version 4
PREFIX = r"/(0|[1-9][0-9]{0,2})\z"
# The lowest and the highest hex digit that agree with a digit in its first 0, 1, 2 or 3 bits.
LOWEST = "0" * 16 + "0" * 8 + "8" * 8 + "000044448888cccc" + "0022446688aaccee"
HIGHEST = "f" * 16 + "7" * 8 + "f" * 8 + "33337777bbbbffff" + "1133557799bbddff"


def address_key(address: ir.StringValue) -> ir.StringValue:
    """The address as a sortable string; null if it is not an address of version 4 or 6.

    An address of version 4 that is written inside one of version 6 (RFC 4291, 2.5.5.2) is the former.
    """
    return bound(_digits(address), lambda key_digits: _with_version(key_digits))


def network_bounds(network: ir.StringValue) -> tuple[ir.StringValue, ir.StringValue]:
    """The lowest and the highest address of a network in CIDR notation, as `address_key` writes them.

    A single address is a network of its own. Bits beyond the prefix are ignored, as in 192.0.2.7/24. Both
    are null if it is no network.
    """
    return _edge(network, LOWEST, "0"), _edge(network, HIGHEST, "f")


def _edge(network: ir.StringValue, edges: str, rest: str) -> ir.StringValue:
    prefix = network.re_extract(PREFIX, 1).nullif("").try_cast("int64")
    return bound(
        _digits(network.re_replace(PREFIX, "")),
        lambda digits: bound(
            ibis.coalesce(prefix, digits.length() * 4),
            lambda length: bound(
                _filled(digits, length, edges, rest),
                # A network that reaches beyond the addresses of version 4 is one of version 6 as a whole.
                lambda edge: ibis.ifelse((length < 96) & (edge.length() == 32), "6" + edge, _with_version(edge)),
            ),
        ),
    )


def _digits(address: ir.StringValue) -> ir.StringValue:
    """8 hexadecimal digits for version 4, 32 for version 6; null for what is neither."""
    return bound(
        address.lower(),
        lambda lowered: ibis.ifelse(
            lowered.re_search(VERSION_4).fill_null(False), _octets(lowered), _digits_of_version_6(lowered)
        ),
    )


def _octets(address: ir.StringValue) -> ir.StringValue:
    # Spark splits at a pattern, in which a dot is any character.
    parts = address.replace(".", ":").split(":")
    return parts.map(lambda octet: _pair(octet.try_cast("int64").fill_null(0) % 256)).join("")


def _digits_of_version_6(address: ir.StringValue) -> ir.StringValue:
    has_tail = address.re_search(TAIL_OF_VERSION_4)
    last = _octets(address.re_extract("[0-9.]*\\z", 0))
    return bound(
        address.re_replace(TAIL_OF_VERSION_4, ":0:0"),
        lambda grouped: bound(
            ibis.ifelse(grouped.re_search(VERSION_6), _written_out(grouped), ""),
            lambda written: ibis.ifelse(
                written.length() == 32,
                ibis.ifelse(has_tail, written.left(24) + last, written),
                ibis.null("string"),
            ),
        ),
    )


def _written_out(grouped: ir.StringValue) -> ir.StringValue:
    """All groups with four digits each, the gap filled; more than 32 digits if there is no room for a gap."""
    colons = grouped.length() - grouped.replace(":", "").length()
    present = colons - grouped.startswith("::").cast("int64") - grouped.endswith("::").cast("int64")
    gap = ibis.literal("0:").repeat(ibis.greatest(8 - present, 1))
    groups = grouped.replace("::", ibis.literal(":") + gap).split(":")
    return groups.map(lambda group: ibis.ifelse(group == "", "", ibis.literal("0000") + group).right(4)).join("")


def _filled(digits: ir.StringValue, length: ir.IntegerValue, edges: str, rest: str) -> ir.StringValue:
    """The digits as far as the prefix says, the digit it ends in at its edge, and the rest at theirs."""
    whole, bits = length // 4, length % 4
    ending = _digit(edges, bits * 16 + ibis.literal(HEX).find(digits.left(whole + 1).right(1)))
    filled = (digits.left(whole) + ending + rest * 32).left(digits.length())
    partly = ibis.ifelse(whole == digits.length(), digits, filled)
    return ibis.ifelse(length <= digits.length() * 4, partly, ibis.null("string"))


def _with_version(digits: ir.StringValue) -> ir.StringValue:
    version_6 = ibis.ifelse(digits.startswith(VERSION_4_IN_6), "4" + digits.right(8), "6" + digits)
    return ibis.ifelse(digits.length() == 8, "4" + digits, version_6)


def _digit(digits: str, position: ir.IntegerValue) -> ir.StringValue:
    return ibis.literal(digits).right(len(digits) - position).left(1)


def _pair(octet: ir.IntegerValue) -> ir.StringValue:
    return ibis.literal(HEX_OF_OCTET).right(len(HEX_OF_OCTET) - octet * 2).left(2)
