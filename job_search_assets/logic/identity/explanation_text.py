"""An explanation as lines for a terminal: keys, levels in words and numbers, no personal data.

Weights are printed with all their digits, so that a reader can add them up.
"""

from collections.abc import Iterator, Sequence

from job_search_assets.logic.identity.explanation import Between, Explanation, Link, Rules, Verdict
from job_search_assets.logic.identity.match_weights import NOTHING
from job_search_assets.logic.identity.pairing import JUDGED
from job_search_assets.logic.provenance.layout import columns, count, wrapped

_SAID = {1: "Trusted judges say one person", -1: "Trusted judges say two persons"}


def tell(told: Explanation, *, largest: int, least: float) -> list[str]:
    """The lines, widest part first: who the users are, what the pair weighs, which rules and links lead to it.

    `largest` and `least` are the settings largest_component and least_probability.
    """
    lines = [
        *_users(told),
        *(f"  {line}" for line in _reasons(told, largest)),
        "",
        *_weights(told),
        "",
        *_rules(told.rules, told.blocking_rule, least),
    ]
    return [part for line in lines for part in wrapped(line)]


def _users(told: Explanation) -> Iterator[str]:
    verdict = "one user" if told.is_one_user else "two users"
    yield f"{told.link.left} and {told.link.right} are {verdict}:"
    for user, accounts in told.users.items():
        yield f"  {user} ({count(len(accounts), 'account')})"


def _reasons(told: Explanation, largest: int) -> Iterator[str]:
    link, threshold = told.link, told.threshold
    if link.verdict and told.is_one_user == (link.verdict > 0):
        yield f"{_SAID[link.verdict]}, and that holds."
    elif link.verdict:
        yield f"{_SAID[link.verdict]}, but other verdicts contradict that: the table merge_contradictions has them."
    elif link.holds(threshold) and told.between:
        yield f"Compared alone they would be one user: their probability {link.probability:.6f} reaches {threshold:g}."
    elif link.holds(threshold):
        yield f"They are linked: their probability {link.probability:.6f} reaches the threshold {threshold:g}."
    else:
        yield f"They are not linked directly: their probability {link.probability:.6f} is below {threshold:g}."
    if told.between:
        yield from _apart(told.between, link, threshold, largest)
    elif told.path and told.path != (link,):
        yield "They are one user through other accounts, by the chain whose weakest link is strongest:"
        yield from columns(_steps(told.path, link.left), right=1)


def _steps(path: Sequence[Link], start: str) -> Iterator[tuple[str, str, str]]:
    """The links of a path in the order and direction in which it is walked."""
    for link in path:
        end = link.right if link.left == start else link.left
        judged = f", {_SAID[link.verdict].lower()}" if link.verdict else ""
        yield f"  {start} -> {end}", f"{link.match_weight:+.6f}", f"probability {link.probability:.6f}{judged}"
        start = end


def _apart(found: Between, link: Link, threshold: float, largest: int) -> Iterator[str]:
    """Why two users were not made one, by average linkage; of interest most of all where the pair is linked."""
    is_below = found.average < threshold
    begin = "But the" if link.holds(threshold) and is_below else "The"
    average = f"{'averages' if found.pairs == 1 else 'average'} {found.average:.6f}"
    end = f"below {threshold:g}: they stay two users" if is_below else f"not below {threshold:g}"
    yield f"{begin} {count(found.pairs, 'pair')} between their users {average}, {end}."
    if found.scored < found.pairs:
        scored = "1 is" if found.scored == 1 else f"{found.scored} are"
        yield f"Of these pairs {scored} scored; others, improbable or never compared, count as 0."
    for other in found.apart:
        if other != link:
            yield f"They are kept apart by a verdict: {_SAID[-1].lower()} of {other.left} and {other.right}."
    for other in found.same:
        if other != link:
            yield f"That breaks another verdict: {_SAID[1].lower()} of {other.left} and {other.right}."
    if link.holds(threshold) and not found.apart and found.average >= threshold:
        yield (
            f"The average would do: among more than {largest} accounts linked together only stronger links count,"
            " or the tables are not up to date (`job-search run`)."
        )


def _weights(told: Explanation) -> Iterator[str]:
    idle = [part.name for part in told.parts if part.words == NOTHING and not part.weight]
    rows = [(part.name, part.words, f"{part.weight:+.6f}") for part in told.parts if part.name not in idle]
    rows += [("verdict", _verdict(verdict), f"{verdict.weight:+.6f}") for verdict in told.verdicts]
    total = [("match weight", "the sum: log2 odds of one person", f"{told.link.match_weight:+.6f}")]
    chance = [("probability", "the same as a share of 1", f"{told.link.probability:.6f}")]
    table = list(columns([("comparison", "level", "weight in bits"), *rows, *total, *chance], right=2))
    line = "-" * max(map(len, table))
    yield from (table[0], line, *table[1:-2], line, *table[-2:])
    if idle:
        yield f"{NOTHING.capitalize()}, so no weight: {', '.join(idle)}."
    if told.is_outdated:
        yield "match_model has been fitted anew since these weights were stored: `job-search run` brings them in line."


def _verdict(verdict: Verdict) -> str:
    says = "says one person" if verdict.is_same_person else "says two persons"
    trust = "trusted, so it holds" if verdict.is_trusted else "not trusted to decide"
    if verdict.rates is None:
        return f"{verdict.labeller} {says}; not rated yet, {trust}"
    sensitivity, specificity = verdict.rates
    return f"{verdict.labeller} {says}; right on {sensitivity:.1%} of one, {specificity:.1%} of two; {trust}"


def _rules(rules: Rules, blocking_rule: str, least: float) -> Iterator[str]:
    if rules.proposing:
        yield f"Proposed by {count(len(rules.proposing), 'blocking rule')}: {', '.join(rules.proposing)}."
    elif rules.too_large:
        yield "No blocking rule proposes the pair: what they share, too many share."
    else:
        yield "No blocking rule proposes the pair: the accounts share no block."
    if rules.too_large:
        blocks = ", ".join(f"{rule} ({accounts:,} accounts)" for rule, accounts in rules.too_large.items())
        yield f"They also share blocks that are too large to propose anything: {blocks}."
    if blocking_rule == JUDGED:
        yield "It was compared because people judged it."
    elif blocking_rule == "two_hops":
        yield "It was compared because both are linked with one third account (two_hops)."
    elif not blocking_rule and rules.proposing:
        yield f"It is in no table, being less probable than {least:g}: compared now, for this explanation."
    elif not blocking_rule:
        yield "It was never compared: compared now, for this explanation."


def values(told: dict[str, tuple[object, object]]) -> list[str]:
    """What the two accounts tell, side by side: personal data, for the terminal of the person who asks for it only."""
    rows = [(name, *("" if value is None else str(value) for value in pair)) for name, pair in told.items()]
    return ["", "Values as compared (personal data):", *columns(rows)]
