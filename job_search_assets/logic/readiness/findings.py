"""What is found about one item of a questionnaire: whether it is met, by which evidence, and what lacks it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MET, NOT_MET, UNKNOWN = "met", "not met", "cannot be computed"
NAMED_AT_MOST = 6


@dataclass(frozen=True)
class Finding:
    """A verdict with its evidence; `lacking` names what lacks it, `assets` where that is if these are no assets."""

    verdict: str
    evidence: str
    lacking: Sequence[str] = ()
    assets: Sequence[str] | None = None


def none_lacks(lacking: Iterable[str], evidence: str, *, of: int, assets: Sequence[str] | None = None) -> Finding:
    """Met when there is something to look at and nothing lacks it."""
    names = sorted(lacking)
    told = f"{of - len(names)} of {of} {evidence}"
    return Finding(MET if of and not names else NOT_MET, told, names, assets)


def there_is(found: Iterable[str], what: str, *, assets: Sequence[str]) -> Finding:
    """Met when one of what is looked for is there, by name."""
    names = sorted(found)
    if names:
        return Finding(MET, f"{what}: {named(names)}")
    return Finding(NOT_MET, f"no {what}", [what], assets)


def unknown(why: str, *, assets: Sequence[str]) -> Finding:
    """What the project's state does not tell: it counts as not met, and says why."""
    return Finding(UNKNOWN, why, (), assets)


def named(names: Sequence[str]) -> str:
    """The first few names, and how many more."""
    more = f" and {len(names) - NAMED_AT_MOST} more" if len(names) > NAMED_AT_MOST else ""
    return f"{', '.join(names[:NAMED_AT_MOST])}{more}"
