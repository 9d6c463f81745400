"""Who learns, who chooses and who grades: labelled users divided by exact counts per label.

A random 60/20/20 of 100 users with 30 positives gives 18/6/6 in one draw of twenty-one. So the counts are
settled first, in whole numbers, and only who goes where is drawn.
"""

import itertools
from collections.abc import Mapping, Sequence
from fractions import Fraction

import ibis
import ibis.expr.types as ir

SPLITS = ("train", "dev", "test")


def shares_of(*, train: float, dev: float) -> dict[str, Fraction]:
    """The splits' shares as exact fractions; test gets what is left. Raises ValueError when nothing is."""
    # str() gives the decimal that was written: 0.6 is three fifths, not its nearest binary number.
    given = [Fraction(str(train)), Fraction(str(dev))]
    if sum(given) >= 1:
        raise ValueError(f"Nothing is left for test: train ({train}) and dev ({dev}) must sum to less than 1.")
    return dict(zip(SPLITS, [*given, 1 - sum(given, Fraction(0))], strict=True))


def count_labels(labels: ir.Table) -> dict[bool, int]:
    """How many users have each label."""
    counted = labels.group_by("is_job_seeker").aggregate(users=labels.count())
    found = {row["is_job_seeker"]: row["users"] for row in counted.to_pyarrow().to_pylist()}
    return {label: found.get(label, 0) for label in (True, False)}


def exact_counts(users: Mapping[bool, int], shares: Mapping[str, Fraction]) -> dict[bool, dict[str, int]]:
    """How many users of each label go into each split: the ideal number, rounded up or down.

    The sizes of whole splits are ideal to within one as well. Such a rounding of a two-way table exists for
    any counts (controlled rounding: Cox 1987, JASA 82); of all the one with the least squared deviations
    of cells and sizes is taken, and of equals the one that favours the earlier splits.
    """
    ideal = {label: [number * share for share in shares.values()] for label, number in users.items()}
    sizes = [sum(column) for column in zip(*ideal.values(), strict=True)]
    fits = [
        (_squares(ideal, sizes, rows), rows)
        for rows in itertools.product(*(_roundings(row) for row in ideal.values()))
        if all(abs(got - size) < 1 for got, size in zip(_totals(rows), sizes, strict=True))
    ]
    _, best = min(fits, key=lambda fit: (fit[0], [[-count for count in row] for row in fit[1]]))
    return {label: dict(zip(shares, row, strict=True)) for label, row in zip(ideal, best, strict=True)}


def assign(labels: ir.Table, counts: Mapping[bool, Mapping[str, int]], *, seed: int) -> ir.Table:
    """One row a labelled user: within each label the first so many by draw go to train, the next to dev.

    The draw is the SHA-256 of seed and user, so neither the order of rows nor the engine has a say.
    """
    digest = (ibis.literal(f"{seed}|") + labels.user_id).hexdigest("sha256")
    within = ibis.window(group_by=labels.is_job_seeker, order_by=[digest, labels.user_id])
    drawn = labels.select("user_id", "is_job_seeker", place=ibis.row_number().over(within))
    split = ibis.cases(
        *(
            ((drawn.is_job_seeker == label) & (drawn.place < upto), name)
            for label, row in counts.items()
            for name, upto in zip(row, itertools.accumulate(row.values()), strict=True)
        ),
        else_=SPLITS[-1],
    )
    return drawn.select("user_id", split=split, is_job_seeker=drawn.is_job_seeker)


def users_in_several(splits: ir.Table) -> ir.Table:
    """Users that stand in more than one split, or twice in one."""
    return splits.group_by("user_id").aggregate(rows=splits.count()).filter(ibis._.rows > 1)


def users_out_of_place(labels: ir.Table, splits: ir.Table) -> ir.Table:
    """Labelled users without a split, and users with a split but without that label."""
    without_split = labels.anti_join(splits, ["user_id", "is_job_seeker"]).select("user_id")
    without_label = splits.anti_join(labels, ["user_id", "is_job_seeker"]).select("user_id")
    return without_split.union(without_label, distinct=True)


def count_cells(splits: ir.Table) -> dict[bool, dict[str, int]]:
    """How many users of each label are in each split."""
    counted = splits.group_by("is_job_seeker", "split").aggregate(users=splits.count()).to_pyarrow().to_pylist()
    found = {(row["is_job_seeker"], row["split"]): row["users"] for row in counted}
    return {label: {split: found.get((label, split), 0) for split in SPLITS} for label in (True, False)}


def named_counts(cells: Mapping[bool, Mapping[str, int]]) -> dict[str, int]:
    """The counts by names that read well beside each other: `train_job_seekers`, `train_others` …"""
    return {
        f"{split}_{'job_seekers' if label else 'others'}": count
        for label, row in cells.items()
        for split, count in row.items()
    }


def is_exact(cells: Mapping[bool, Mapping[str, int]], shares: Mapping[str, Fraction]) -> bool:
    """Whether every count, and every split's size, is its ideal rounded up or down."""
    rows = [list(row.values()) for row in cells.values()]
    tables = [*rows, _totals(rows)]
    return all(
        abs(count - sum(row) * share) < 1 for row in tables for count, share in zip(row, shares.values(), strict=True)
    )


def _roundings(ideal: Sequence[Fraction]) -> list[list[int]]:
    """All ways to round a row up or down that keep its sum."""
    floors = [int(value) for value in ideal]
    broken = [place for place, value in enumerate(ideal) if value != int(value)]
    short = int(sum(ideal)) - sum(floors)
    return [
        [count + (place in raised) for place, count in enumerate(floors)]
        for raised in itertools.combinations(broken, short)
    ]


def _totals(rows: Sequence[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


def _squares(
    ideal: Mapping[bool, Sequence[Fraction]], sizes: Sequence[Fraction], rows: Sequence[Sequence[int]]
) -> Fraction:
    wanted = itertools.chain(*ideal.values(), sizes)
    got = itertools.chain(*rows, _totals(rows))
    return sum(((value - count) ** 2 for value, count in zip(wanted, got, strict=True)), Fraction(0))
