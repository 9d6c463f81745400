"""`reference/sources.yaml`: the inventory of sources that people keep, read with the line of every mistake."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from job_search_assets.engine.files.yaml_lists import Entry, read_list
from job_search_assets.logic.sources import worth
from job_search_assets.schemas.sources import CHOSEN, DELIVERABLES, KINDS, REJECTED, STATUSES

WORDS = ("id", "name", "owner", "kind", "rights")
NUMBERS = ("rows_per_day", "setup_days", "cost_setup", "cost_per_1000_rows", "label_quality")
OPTIONAL = (
    *("note", "status", "proposed_by", "why", "delivers", "most_rows", "after", "excludes"),
    *("people_setup", "people_running", "location", "sha256"),
)
# A host and a path there, a path that is mounted here, or an address.
LOCATION = re.compile(r"([\w.-]+:)?/[^/\s].*|[a-z][a-z0-9+]*://\S+")
SHA256 = re.compile(r"[0-9a-f]{64}")


def read_inventory(path: Path) -> list[dict[str, Any]]:
    """One dict per source, as it is declared: columns of `source_inventory`. Raises BadInput with file and line."""
    entries = read_list(path, what="source", needed=(*WORDS, *NUMBERS), optional=OPTIONAL)
    sources = [_source(entry) for entry in entries]
    statuses = {source["source"]: source["status"] for source in sources}
    for entry, source in zip(entries, sources, strict=True):
        _assert_neighbours(entry, source, statuses)
    for entry, name in _in_circles(entries, sources):
        raise entry.wrong("after", f"{name} waits for itself, by way of what it comes after. Break the circle")
    return [_as_row(source) for source in sources]


def _source(entry: Entry) -> dict[str, Any]:
    words = {name: entry.word(name, KINDS if name == "kind" else ()) for name in WORDS}
    numbers = {name: entry.number(name, 1.0 if name == "label_quality" else float("inf")) for name in NUMBERS}
    note = entry.fields["note"].value if entry.has("note") else None
    return {
        "source": words.pop("id"),
        **words,
        **numbers,
        "note": note,
        "status": entry.word("status", STATUSES) if entry.has("status") else CHOSEN,
        "proposed_by": entry.word("proposed_by") if entry.has("proposed_by") else None,
        "why": _why(entry),
        "delivers": entry.word("delivers", DELIVERABLES)
        if entry.has("delivers")
        else worth.delivered(numbers["label_quality"], note),
        "most_rows": entry.number("most_rows") if entry.has("most_rows") else None,
        "after": entry.words("after") if entry.has("after") else [],
        "excludes": entry.words("excludes") if entry.has("excludes") else [],
        "people_setup": entry.count("people_setup") if entry.has("people_setup") else int(numbers["setup_days"] > 0),
        "people_running": entry.count("people_running") if entry.has("people_running") else 0,
        **_place(entry),
    }


def _why(entry: Entry) -> str | None:
    if entry.has("why"):
        return entry.word("why")
    if entry.has("status") and entry.word("status") == REJECTED:
        raise entry.wrong("status", "a rejected source says why, so that nobody has to find out again. Add why")
    return None


def _place(entry: Entry) -> dict[str, str | None]:
    """Where its file lies on another machine, and the hash by which it is known."""
    if not entry.has("location") and not entry.has("sha256"):
        return {"location": None, "sha256": None}
    for name, other in (("location", "sha256"), ("sha256", "location")):
        if not entry.has(name):
            raise entry.wrong(other, f"{other} stands without {name}. A file elsewhere is declared by both")
    if not LOCATION.fullmatch(entry.word("location")):
        raise entry.wrong("location", "location is no host:/path, no /path and no address such as https://…")
    if not SHA256.fullmatch(entry.word("sha256")):
        raise entry.wrong("sha256", "sha256 is not 64 digits from 0 to f in lower case")
    return {"location": entry.word("location"), "sha256": entry.word("sha256")}


def _assert_neighbours(entry: Entry, source: Mapping[str, Any], statuses: Mapping[str, str]) -> None:
    for name in ("after", "excludes"):
        for other in source[name]:
            if other not in statuses or other == source["source"]:
                raise entry.wrong(name, f"{name} names {other}, which is no other source of the list")
    for other in source["after"]:
        if source["status"] == CHOSEN and statuses[other] == REJECTED:
            raise entry.wrong("after", f"{source['source']} is chosen and waits for {other}, which is rejected")


def _in_circles(entries: Sequence[Entry], sources: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Entry, str]]:
    waits = {source["source"]: set(source["after"]) for source in sources}
    for entry, source in zip(entries, sources, strict=True):
        reached: set[str] = set()
        while more := set().union(*(waits[name] for name in (source["source"], *reached))) - reached:
            reached |= more
        if source["source"] in reached:
            yield entry, source["source"]


def _as_row(source: Mapping[str, Any]) -> dict[str, Any]:
    lists = {name: ", ".join(sorted(source[name])) or None for name in ("after", "excludes")}
    return {**source, **lists}
