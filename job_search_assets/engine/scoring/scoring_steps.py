"""The steps of the pipeline as statements over rows that are scored: each calls what the asset of its name calls.

A step is a stage that is named after the table whose rows it gives. Where rows go through Python (the models, names,
the groups of accounts) the plan ends one chapter and begins the next.
"""

from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from job_search_assets.engine.scoring.population import Population, Table
from job_search_assets.engine.scoring.stages import Stages
from job_search_assets.engine.tables.table_schemas import ibis_types
from job_search_assets.logic.identity import commonness, details, merging, scoring
from job_search_assets.logic.identity.comparisons import COMPARISONS
from job_search_assets.logic.job_seekers import features as seeking
from job_search_assets.logic.provenance.corrections import correct
from job_search_assets.logic.scoring import answers, company, ties
from job_search_assets.logic.spam import blocklist, decisions, evidence, examples, features, reasons, scores
from job_search_assets.logic.users import rows
from job_search_assets.schemas.contracts import USERS
from job_search_assets.schemas.models import FittedModel
from job_search_assets.settings import IdentitySettings, SpamSettings

GIVEN = "given"  # the file that rows which are scored stand in; it sorts before STORED
STORED = "stored"
RECORD = {
    "file": "string",
    "line": "int64",
    "broken": "string",
    "broken_column": "string",
    **dict.fromkeys(USERS.names, "string"),
}
LOOKS = scores.MODEL_COLUMNS


@dataclass(frozen=True)
class Spam:
    """What the spam steps are made with: settings, the model's version, and tables of the build."""

    settings: SpamSettings
    model_version: str
    table: Table


def read(stages: Stages, population: Population, ledger: ir.Table | None) -> ir.Table:
    """`judged`, as the raw table is made; the built row of the same account competes. Returns `raw_users`."""
    given = stages.given("given", RECORD)
    marked = given.mutate(is_withdrawn=ibis.literal(False))
    if ledger is not None:
        corrected = correct(given, ledger, USERS)
        marked = corrected.filter(corrected.file == GIVEN)
    parsed = stages.filled("parsed", rows.parse(marked, USERS))
    stored = stages.near("near_rows", population.raw_users, account_id="parsed.key")
    stored = stored.semi_join(parsed.select(account_id="key"), "account_id")
    rivals = stored.mutate(
        file=ibis.literal(STORED), line=ibis.literal(0, "int64"), key=stored.account_id, breach=ibis.null("string")
    )
    judged = rows.settle(ibis.union(parsed, rivals.select(parsed.columns)), USERS)
    kept = stages.filled("judged", judged.filter(judged.file == GIVEN))
    return stages.filled("raw_users", rows.accepted(kept, USERS))


def describe(stages: Stages, raw_users: ir.Table, population: Population, settings: SpamSettings) -> ir.Table:
    """`spam_features`, counted beside the built accounts."""
    alone = stages.filled("alone", features.alone(raw_users))
    near = stages.given("near", company.NEAR)
    own = stages.near("near_keys", population.keys, account_id="alone.account_id")
    counted = company.counted(
        alone,
        own.semi_join(alone, "account_id"),
        {key: stages.near(f"near_{key}", counts, value=f"alone.{key}") for key, counts in population.by_key.items()},
        near,
        burst_hours=settings.burst_hours,
        everyone=population.everyone,
    )
    return stages.filled("spam_features", features.finished(counted))


def weigh_spam(stages: Stages, described: ir.Table, population: Population, spam: Spam) -> ir.Table:
    """`blocklist_hits` to `spam_decisions`, once the model's `looks` are there."""
    table, listed = spam.table, population.entries
    hits = stages.filled("blocklist_hits", blocklist.meet(described, listed))
    reported = stages.near("near_reports", table("raw_spam_reports"), account_id="spam_features.account_id")
    reports = stages.filled("raw_spam_reports", reported.semi_join(described, "account_id"))
    on_list = examples.grounded_on_list(reports, list_reasons=spam.settings.list_reasons)
    grounds = stages.filled("report_grounds", blocklist.ground(on_list, described, listed), "raw_spam_reports")
    independent = examples.independent(reports, list_reasons=spam.settings.list_reasons)
    weighed = stages.filled(
        "weighed_reports", scores.weigh(independent, table("moderator_quality")), "raw_spam_reports"
    )
    looks = stages.given("looks", LOOKS)
    scored = stages.filled("spam_scores", scores.combine(looks, weighed))
    review = table("blocklist_review")
    placed = stages.filled("placed", evidence.groups(scored, described, evidence.narrowest(hits, review)))
    narrowest = evidence.narrowest(grounds, review)
    tied = stages.filled("tied", narrowest.mutate(group=evidence.entry_group(narrowest.entry_id)), "report_grounds")
    groups = stages.near("near_groups", population.groups, group="placed.group tied.group")
    among = stages.filled("worlds", company.worlds(placed, groups, tied))
    own = company.out_of_worlds(evidence.weigh(among, tied, table("spam_priors")), placed)
    added = stages.filled("spam_evidence", evidence.add_up(own, scored))
    cost = spam.settings.wrong_removal_cost
    return stages.filled(
        "spam_decisions",
        decisions.decide(added, wrong_removal_cost=cost, model_version=spam.model_version),
    )


SPAM_STEPS = (
    "blocklist_hits",
    "raw_spam_reports",
    "report_grounds",
    "weighed_reports",
    "spam_scores",
    "placed",
    "tied",
    "worlds",
    "spam_evidence",
    "spam_decisions",
)


def give_reasons(stages: Stages) -> None:
    """`spam_reasons`, once `weighty` has what weighed most in the model's part."""
    weighty = stages.given("weighty", reasons.FEATURES)
    gathered = reasons.gather(
        stages.table("spam_decisions"),
        stages.table("spam_evidence"),
        reasons.entries_met(stages.table("blocklist_hits"), stages.table("report_grounds")),
        stages.table("weighed_reports"),
        stages.table("raw_spam_reports"),
        weighty,
    )
    stages.filled("spam_reasons", gathered)


@dataclass(frozen=True)
class Identity:
    """What accounts are merged by."""

    settings: IdentitySettings
    model: FittedModel
    verdicts: ir.Table
    threshold: float
    table: Table

    def score(self, compared: ir.Table) -> ir.Table:
        """Compared pairs with their weights, their world in a column."""
        least = self.settings.least_probability
        return ties.apart(scoring.score(compared, self.verdicts, self.model.estimator, least=least))


def keep(stages: Stages, raw_users: ir.Table, decided: ir.Table) -> ir.Table:
    """`despammed_users`, and what names are worked out of."""
    kept = stages.filled("despammed_users", decisions.keep(raw_users, decided))
    stages.filled("to_word", details.to_word(kept))
    return kept


def pair(stages: Stages, kept: ir.Table, population: Population, identity: Identity) -> ir.Table:
    """`match_details` to the pairs that are to be compared, once names are `worded`. Gives the built ones."""
    worded = stages.given("worded", details.WORDED)
    detailed = stages.filled("match_details", details.detail(kept, worded))
    number = -1 - ibis.row_number().over(order_by=detailed.account_id).cast("int64")
    classes = len(identity.settings.rare_shares)
    rated = commonness.rated(detailed.mutate(number=number), identity.table("common_values"), classes=classes)
    given = stages.filled("rated", rated.select(population.details.columns))
    blocks = stages.filled("blocks", ties.blocks_of(given))
    pairs = identity.table("raw_merge_pairs")
    judged = stages.near("near_judged", pairs, **dict.fromkeys(scoring.PAIR, "rated.account_id"))
    shared = stages.near("near_blocks", population.blocks, block="blocks.block")
    ends = " ".join(f"near_judged.{end}" for end in scoring.PAIR)
    known = stages.near("near_details", population.details, number="near_blocks.number", account_id=ends)
    stages.filled("candidates", ties.candidates(given, blocks, shared, known, judged))
    return known


COMPARED: dict[str, Any] = {
    "account_id_left": "string",
    "account_id_right": "string",
    "blocking_rule": "string",
    **{f"gamma_{comparison.name}": "int64" for comparison in COMPARISONS},
}


def compare(stages: Stages, known: ir.Table, population: Population, identity: Identity) -> None:
    """`match_predictions` of the row and of those that it brings together, and the `members` of its group."""
    settings, given = identity.settings, stages.table("rated")
    compared = _compared(stages, "compared", "candidates", known)
    own = stages.filled("own_pairs", identity.score(compared), "compared")
    ends = " ".join(f"own_pairs.{end}" for end in scoring.PAIR)
    linked = stages.near("near_links", population.links, account_id=ends)
    tried = stages.near("near_tried", identity.table("candidate_pairs").select(*scoring.PAIR), account_id_left=ends)
    found = ties.bridged(
        own,
        ties.apart(compared),
        linked,
        tried,
        least=settings.least_link,
        most_links=settings.most_links,
    )
    around = stages.near("around_details", population.details, account_id=f"{ends} near_links.other")
    stages.filled("hops", ties.numbered(found, given, around), "own_pairs")
    hopped = _compared(stages, "hops_compared", "hops", around)
    scored = stages.filled("match_predictions", ibis.union(own, identity.score(hopped)), "own_pairs")
    _gather(stages, scored, population, identity)


def _compared(stages: Stages, name: str, pairs: str, known: ir.Table) -> ir.Table:
    given = stages.table("rated")
    accounts = ibis.to_sql(ibis.union(known.select(given.columns), given), dialect="duckdb")
    return stages.filled_by(name, ties.compared_sql(stages.name_of(pairs), f"({accounts})"), COMPARED, pairs)


def _gather(stages: Stages, scored: ir.Table, population: Population, identity: Identity) -> None:
    """The `members` of the row's group, and the `pairs_among` them."""
    linking = merging.linking(scored, threshold=identity.threshold)
    ends = " ".join(f"match_predictions.{end}" for end in scoring.PAIR)
    stages.near("near_components", population.components, account_id=ends)
    components = stages.near("whole_components", population.components, component="near_components.component")
    ages = population.despammed.select("account_id", "created_at")
    built = stages.near("near_members", ages, account_id="whole_components.account_id")
    placed = stages.filled("members", ties.members(linking, stages.table("despammed_users"), components, built))
    pairs = population.predictions.select(*scoring.PAIR, "match_probability", "verdict")
    weighed = stages.near("near_pairs", pairs, account_id_left="members.account_id")
    stages.filled("pairs_among", ties.pairs_among(placed, scored, weighed), "own_pairs")


PAIR_STEPS = (
    "match_details",
    "rated",
    "blocks",
    "candidates",
    "compared",
    "own_pairs",
    "hops",
    "hops_compared",
    "match_predictions",
    "members",
    "pairs_among",
)


def unite(stages: Stages, kept: ir.Table, population: Population, built: ir.Table) -> None:
    """`user_accounts`, `clean_users` and the model's inputs, once `groups` are there; and the `answers`.

    `built` is `user_accounts` as it is built.
    """
    groups = stages.given("groups", merging.GROUPS)
    theirs = stages.filled("user_accounts", ties.groups_of(stages.table("members"), groups))
    accounts = stages.near("near_accounts", population.despammed, account_id="user_accounts.account_id")
    united = stages.filled("clean_users", ties.united(theirs, kept, accounts))
    stages.filled("model_table", seeking.model_table(united))
    stages.given("job_seeker_predictions", ibis_types("job_seeker_predictions"))
    before = stages.near("near_users", built, account_id="user_accounts.account_id")
    stages.filled("answers", answers.answer(_tables(stages), before))


def _tables(stages: Stages) -> dict[str, ir.Table]:
    names = ("judged", "spam_decisions", "user_accounts", "job_seeker_predictions")
    return {name: stages.table(name) for name in names}
