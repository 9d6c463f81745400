"""Addresses and networks as strings that sort; on both engines, and measured against Python's `ipaddress`."""

import ipaddress
from typing import Any

import ibis
from hypothesis import given, settings
from hypothesis import strategies as st

from job_search_assets.logic.users.addresses import address_key, network_bounds

ADDRESSES = [
    *("1.2.3.4", "256.1.1.1", "01.2.3.4", "1.2.3", "1.2.3.4.5", "1.2.3.4\n", " 1.2.3.4", "", "unknown", "1.2.3.4:1"),
    *("::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "ABCD::EF01", "::1.2.3.4"),
    *("1:2:3:4::5:6:7:8", "fe80:::1", "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7", ":1::2", "1::2:", ":::", ":"),
    *("::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "::1.2.3.400", "2001:db8::/32", "１.2.3.4", "1.2.3.4::"),
]
NETWORKS = [
    *("1.2.3.4", "10.0.0.0/8", "10.1.2.3/9", "0.0.0.0/0", "1.2.3.4/32", "1.2.3.4/33", "1.2.3.4/", "x/8", "1.2.3.4/8/8"),
    *("::/0", "2001:db8::/33", "::1/128", "::1/129", "2001:db8:1:2::5/67", "::ffff:1.2.3.4/120", "::ffff:1.2.3.4/90"),
]


def expected_key(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return key_of(address)


def expected_bounds(text: str) -> tuple[str | None, str | None]:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None, None
    low, high = network[0], network[-1]
    if network.version == 6 and network.prefixlen < 96:
        return "6" + low.packed.hex(), "6" + high.packed.hex()
    return key_of(low), key_of(high)


def key_of(address: Any) -> str:
    inner = getattr(address, "ipv4_mapped", None) or address
    return str(inner.version) + inner.packed.hex()


def keys(engine: Any, texts: list[str]) -> list[str | None]:
    table = engine.table({"text": texts, "at": range(len(texts))}, {"text": "string", "at": "int64"})
    return [row["key"] for row in engine.rows(table.select("at", key=address_key(table.text)), "at")]


def bounds(engine: Any, texts: list[str]) -> list[tuple[str | None, str | None]]:
    table = engine.table({"text": texts, "at": range(len(texts))}, {"text": "string", "at": "int64"})
    low, high = network_bounds(table.text)
    return [(row["low"], row["high"]) for row in engine.rows(table.select("at", low=low, high=high), "at")]


def test_addresses_become_keys_that_sort_as_they_do(engine: Any) -> None:
    assert keys(engine, ADDRESSES) == [expected_key(text) for text in ADDRESSES]


def test_networks_become_ranges_of_keys(engine: Any) -> None:
    assert bounds(engine, NETWORKS) == [expected_bounds(text) for text in NETWORKS]


class OnDuckDB:
    """The least of an engine for tests of laws, which need many rows but one engine."""

    def __init__(self) -> None:
        self.connection = ibis.duckdb.connect()

    def table(self, columns: dict[str, Any], schema: dict[str, str]) -> Any:
        return ibis.memtable({name: list(column) for name, column in columns.items()}, schema=ibis.schema(schema))

    def rows(self, table: Any, order_by: str) -> list[dict[str, Any]]:
        return self.connection.to_pyarrow(table.order_by(order_by)).to_pylist()


SPARSE = st.integers(0, 2**128 - 1).flatmap(lambda mask: st.integers(0, 2**128 - 1).map(lambda bits: bits & mask))


@given(
    ours=st.lists(st.one_of(st.ip_addresses(v=4), SPARSE.map(ipaddress.IPv6Address)).map(str), min_size=1, max_size=40),
    prefixes=st.lists(st.integers(0, 128), min_size=40, max_size=40),
)
@settings(max_examples=15, deadline=None)
def test_addresses_and_networks_agree_with_python(ours: list[str], prefixes: list[int]) -> None:
    engine, networks = OnDuckDB(), [f"{text}/{prefix}" for text, prefix in zip(ours, prefixes, strict=False)]
    assert keys(engine, ours) == [expected_key(text) for text in ours]
    assert bounds(engine, networks) == [expected_bounds(text) for text in networks]
