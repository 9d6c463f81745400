"""The table of drift: every question with its answer, what moved first, and what it cannot be told apart from."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from job_search_assets.logic.drift import differences
from job_search_assets.logic.drift.features import FEATURES, Feature
from job_search_assets.logic.drift.readings import OTHERWISE
from job_search_assets.logic.drift.tables import ALL, MIX, Question, mix, questions
from job_search_assets.logic.slices.proof import holm

MOVED, MIXED, LITTLE, DUE, DUE_TO_MIX, AS_BEFORE, TOO_FEW, NOTHING_NEW, NOTHING_BEFORE = (
    "moved",
    "mix of sources moved",
    "moved too little to matter",
    "due to sources that moved",
    "due to the mix of sources",
    "as before",
    "too few accounts",
    "nothing new",
    "nothing before",
)
WORLD = "the world"  # both sides of a comparison are read by the same code
LEAST_CHANCE = 1e-6  # told; smaller ones would be rounded to none
FIRST = (MOVED, MIXED)  # what to look at, in this order


class Limits(NamedTuple):
    """When something has moved; `DriftSettings` says what each is."""

    level: float
    least_effect: float
    least_accounts: int
    least_together: int


class Kind(NamedTuple):
    """One kind of delivered rows: its tally, what is watched, the latest delivery, and since which they are new."""

    tallied: pd.DataFrame
    features: tuple[Feature, ...]
    delivery: int
    since: int


class Answer(NamedTuple):
    """A question with its chance (None: not asked), the raised chance, and the difference that is greatest."""

    question: Question
    kind: Kind
    chance: float | None
    raised: float | None
    condition: str | None
    difference: differences.Difference | None


def drift(kinds: Sequence[Kind], limits: Limits, readings: Sequence[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """One row per source, feature and aspect of all kinds of rows, those that moved first.

    `readings` are rows of `readings.rows`: what moved for another reason than a delivery.
    """
    answers = answered(kinds, limits)
    tests = sum(answer.chance is not None for answer in answers)
    judged = _judged(answers, limits, limits.level / max(tests, 1))
    order = sorted(range(len(answers)), key=lambda place: _turn(answers[place], judged[place]))
    told = [_row(answers[place], judged[place], _beside(answers, judged, place)) for place in order]
    head = sum(verdict in FIRST for verdict in judged)
    said = [row for row in readings if row["verdict"] == OTHERWISE]
    for row in told[:head]:
        causes = [
            f"known accounts are read otherwise: {other['cause']}" for other in said if row["source"] == other["source"]
        ]
        row["beside"] = "; ".join([*filter(None, [row["beside"]]), *causes]) or None
    calm = [row for row in readings if row["verdict"] != OTHERWISE]
    same = {"delivery": kinds[0].delivery, "since_delivery": kinds[0].since}
    all_rows = [*told[:head], *({**same, **row} for row in said), *told[head:], *({**same, **row} for row in calm)]
    return pd.DataFrame([{**row, "place": place} for place, row in enumerate(all_rows, 1)])


def answered(kinds: Sequence[Kind], limits: Limits) -> list[Answer]:
    """Every question, tested where there are accounts enough, with chances raised for all of them (Holm)."""
    found = [_answer(question, kind, limits) for kind in kinds for question in _asked(kind, limits)]
    tested = [place for place, answer in enumerate(found) if answer.chance is not None]
    raised = holm([found[place].chance or 0.0 for place in tested])
    for place, chance in zip(tested, raised, strict=True):
        found[place] = found[place]._replace(raised=chance)
    return found


def _asked(kind: Kind, limits: Limits) -> Iterable[Question]:
    if kind.features == FEATURES:
        yield from mix(kind.tallied, FEATURES[0].name)
    yield from questions(kind.tallied, kind.features, least=limits.least_accounts)


def _answer(question: Question, kind: Kind, limits: Limits) -> Answer:
    if question.sides.min() < limits.least_accounts:
        return Answer(question, kind, None, None, None, None)
    place = differences.greatest(question.counts, is_ordered=question.is_ordered)
    cells = np.arange(place + 1) if question.is_ordered else np.array([place])
    return Answer(
        question,
        kind,
        question.chance(),
        None,
        question.names[place],
        differences.of_cell(question.counts, cells),
    )


def _judged(answers: Sequence[Answer], limits: Limits, strict: float) -> list[str]:
    """Each answer's verdict. `strict` is the level of a single test that holds the level of all."""
    found = [_verdict(answer, limits) for answer in answers]
    has_mix = MIXED in found
    for place, answer in enumerate(answers):
        if answer.question.source != ALL or answer.chance is None:
            continue
        movers = {
            other.question.source
            for other, verdict in zip(answers, found, strict=True)
            if verdict == MOVED and _is_same(other, answer)
        }
        if found[place] == MOVED and movers - {ALL}:
            rest = answer.question.without(movers)
            found[place] = MOVED if len(rest.strata) > 1 and rest.chance() <= strict else DUE
        elif found[place] == AS_BEFORE and has_mix and answer.question.mixed().chance() <= strict:
            found[place] = DUE_TO_MIX
    return found


def _verdict(answer: Answer, limits: Limits) -> str:
    before, delivered = answer.question.sides
    if answer.raised is None or answer.difference is None:
        return NOTHING_NEW if delivered == 0 else NOTHING_BEFORE if before == 0 else TOO_FEW
    if answer.raised > limits.level:
        return AS_BEFORE
    if abs(answer.difference.effect) < limits.least_effect:
        return LITTLE
    return MIXED if answer.question.feature == MIX else MOVED


def _is_same(one: Answer, other: Answer) -> bool:
    return (one.question.feature, one.question.aspect) == (other.question.feature, other.question.aspect)


def _turn(answer: Answer, verdict: str) -> tuple[Any, ...]:
    rank = FIRST.index(verdict) if verdict in FIRST else len(FIRST)
    effect = abs(answer.difference.effect) if answer.difference else 0.0
    chance = 2.0 if answer.chance is None else answer.chance
    return rank, chance, -effect, answer.question.feature, answer.question.aspect, answer.question.source


def _beside(answers: Sequence[Answer], judged: Sequence[str], place: int) -> str | None:
    """What else moved that may be the same thing: other sources in the same feature, the source's own share."""
    question = answers[place].question
    if judged[place] != MOVED:
        return None
    told = [
        f"{other.question.source} moved too"
        for other, verdict in zip(answers, judged, strict=True)
        if verdict == MOVED and _is_same(other, answers[place]) and other.question.source not in (question.source, ALL)
    ]
    told += [
        "its share of the accounts moved too"
        for other, verdict in zip(answers, judged, strict=True)
        if verdict == MIXED and other.question.source == question.source
    ]
    return "; ".join(told) or None


def _row(answer: Answer, verdict: str, beside: str | None) -> dict[str, Any]:
    question, difference = answer.question, answer.difference
    shares = difference or (None,) * len(differences.Difference._fields)
    before, delivered, effect, low, high = (None if share is None else round(float(share), 6) for share in shares)
    return {
        "source": question.source,
        "feature": question.feature,
        "aspect": question.aspect,
        "delivery": answer.kind.delivery,
        "since_delivery": answer.kind.since,
        "accounts_before": int(question.sides[0]),
        "accounts_delivered": int(question.sides[1]),
        "condition": answer.condition,
        "share_before": before,
        "share_delivered": delivered,
        "effect": effect,
        "low": low,
        "high": high,
        "p_value": None if answer.raised is None else round(max(answer.raised, LEAST_CHANCE), 6),
        "verdict": verdict,
        "cause": WORLD if verdict in FIRST else None,
        "beside": beside,
    }
