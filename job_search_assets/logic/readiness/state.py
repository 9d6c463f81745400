"""The project's own state, as plain values: all that the readiness report is computed from, nothing of it typed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Column:
    """A declared column: what it means, and the bounds of its values."""

    description: str
    is_nullable: bool
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Check:
    """A check: what it is about, and whether it stops what follows."""

    asset: str
    is_blocking: bool


@dataclass(frozen=True)
class TestFile:
    """What a file of tests has: the names of its tests, the words in it, modules it imports, commands it gives."""

    __test__ = False

    tests: frozenset[str]
    words: frozenset[str]
    modules: frozenset[str]
    commands: frozenset[str]


@dataclass(frozen=True)
class Card:
    """What a model's card tells: the code and inputs that it was fitted with, and the candidates it was chosen from."""

    code_version: str
    inputs: Mapping[str, str | None]
    candidates: Sequence[str]


@dataclass(frozen=True)
class State:
    """Definitions, tests, cards and published figures. `tests` is None where the program came without its tests."""

    owners: Mapping[str, Sequence[str]]
    code_versions: Mapping[str, str]
    columns: Mapping[str, Mapping[str, Column]]
    checks: Mapping[str, Check]
    features: Sequence[str]
    feature_code: Sequence[str]
    model_modules: Mapping[str, Sequence[str]]
    tests: Mapping[str, TestFile] | None
    cards: Mapping[str, Card]
    versions: Mapping[str, str]
    evaluation: Mapping[str, Mapping[str, float | None]]
    evaluation_before: Mapping[str, float]
    much_worse: Sequence[str]
    slices_tested: int
    made_from: Mapping[str, Sequence[str]]
    predictions: int
    worth: Mapping[str, float] = field(default_factory=dict)
    served: str = "job_seeker_predictions"

    def all_of_tests(self, part: str) -> frozenset[str]:
        """The union of a part (tests, words, modules, commands) over the files of tests."""
        return frozenset().union(*(getattr(file, part) for file in (self.tests or {}).values()))

    def hanging(self, assets: Sequence[str]) -> int:
        """How many predictions are made from one of these assets: all, or none."""
        above = {self.served, *self.made_from.get(self.served, ())}
        return self.predictions if above & {*assets} else 0
