"""Raw rows through the steps of the pipeline, beside what is built: the same functions, models and tables.

A row's answer depends on the row and on the build, never on other rows of the request. Two rows of one account are
scored one after the other, since each is that account.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from job_search_assets.engine.scoring import population, scoring_steps
from job_search_assets.engine.scoring.scoring_steps import PAIR_STEPS, SPAM_STEPS, Identity, Spam
from job_search_assets.engine.scoring.stages import Stages
from job_search_assets.engine.tables.table_schemas import ibis_types
from job_search_assets.logic.identity import details, judges, merging, thresholds
from job_search_assets.logic.job_seekers import fitting
from job_search_assets.logic.scoring import company
from job_search_assets.logic.spam import explanation, reasons, scores
from job_search_assets.schemas.models import FittedModel
from job_search_assets.settings import IdentitySettings, SpamSettings


@dataclass(frozen=True)
class Artefacts:
    """What was fitted and set for the steps, and the tables of the build by name."""

    table: population.Table
    spam_model: FittedModel
    match_model: FittedModel
    job_seeker_model: FittedModel
    spam: SpamSettings
    identity: IdentitySettings


class Scorer:
    """The plan for one build. Once prepared, `score` may be called any number of times, by one thread at a time."""

    def __init__(
        self,
        connection: Any,
        database: tuple[str, str],
        artefacts: Artefacts,
        ledger: Any = None,
        *,
        looks_up: bool = False,
    ) -> None:
        self._stages, self.artefacts = Stages(connection, database, looks_up=looks_up), artefacts
        try:
            self._plan(ledger)
        except BaseException:
            self._stages.close()
            raise

    def _plan(self, ledger: Any) -> None:
        """Declares every step."""
        stages, artefacts, table = self._stages, self.artefacts, self.artefacts.table
        self._threshold = thresholds.chosen(table("merge_thresholds").to_pandas())
        self._beside = beside = population.prepare(
            stages,
            table,
            classes=len(artefacts.identity.rare_shares),
            least_link=artefacts.identity.least_link,
            threshold=self._threshold,
        )
        identity = Identity(artefacts.identity, artefacts.match_model, self._verdicts(), self._threshold, table)
        raw_users = scoring_steps.read(stages, beside, ledger)
        described = scoring_steps.describe(stages, raw_users, beside, artefacts.spam)
        examples = stages.near("near_examples", table("spam_examples"), account_id="spam_features.account_id")
        stages.filled("to_look", scores.with_folds(described, examples))
        spam = Spam(artefacts.spam, artefacts.spam_model.version, table)
        decided = scoring_steps.weigh_spam(stages, described, beside, spam)
        scoring_steps.give_reasons(stages)
        kept = scoring_steps.keep(stages, raw_users, decided)
        scoring_steps.compare(stages, scoring_steps.pair(stages, kept, beside, identity), beside, identity)
        scoring_steps.unite(stages, kept, beside, table("user_accounts"))

    def _verdicts(self) -> ir.Table:
        """What judges said of pairs, weighed, as `match_predictions` is made with."""
        told = judges.verdicts(
            self.artefacts.table("raw_merge_pairs").to_pandas(),
            self.artefacts.match_model.estimator["judges"],
            trusted_accuracy=self.artefacts.identity.trusted_accuracy,
        )
        return self._stages.keep("verdicts", ibis.memtable(told, schema=ibis.schema(judges.VERDICTS)))

    def score(self, records: pa.Table, wanted: Sequence[str]) -> dict[str, pa.Table]:
        """The wanted tables of these records (`scoring_steps.RECORD`, accounts unique)."""
        with self._stages.request():
            self._run(records)
            return {name: self._stages.read(name) for name in wanted}

    def _run(self, records: pa.Table) -> None:
        stages = self._stages
        stages.put("given", records)
        stages.run("parsed", "judged", "raw_users", "alone")
        alone, hours = _frame(stages.read("alone")), self.artefacts.spam.burst_hours
        self._put("near", self._beside.arrivals.near(alone, burst_hours=hours), company.NEAR)
        stages.run("spam_features", "to_look")
        seen = _frame(stages.read("to_look"))
        if len(seen):
            self._judge(seen)
        stages.run("answers")

    def prepare(self) -> None:
        """Plans all steps, once no table is made or dropped any more."""
        self._stages.prepare()

    def reads(self, table: str) -> bool:
        """Whether the plan reads this table itself, and not what was looked up of it."""
        return self._stages.reads(table)

    def plans(self) -> dict[str, str]:
        """How DuckDB carries out each step, as it explains it."""
        return self._stages.plans()

    def close(self) -> None:
        """Takes the plan off the connection."""
        self._stages.close()

    def _judge(self, seen: pd.DataFrame) -> None:
        """Which of the accounts are spam, and why."""
        self._put("looks", scores.look(seen, self.artefacts.spam_model), scores.MODEL_COLUMNS)
        self._stages.run(*SPAM_STEPS)
        decided = _frame(self._stages.read("spam_decisions"))
        is_removed = seen["account_id"].isin(decided.loc[decided["is_spam"], "account_id"])
        if is_removed.any():
            at_most = self.artefacts.spam.features_in_reasons
            told = explanation.explain(seen[is_removed], self.artefacts.spam_model, at_most=at_most)
            self._put("weighty", told, reasons.FEATURES)
            self._stages.run("spam_reasons")
        if not is_removed.all():
            self._merge()

    def _merge(self) -> None:
        """Whose accounts those are that stay, and what is foretold of them."""
        stages = self._stages
        stages.run("despammed_users", "to_word")
        self._put("worded", details.word(_frame(stages.read("to_word"))), details.WORDED)
        stages.run(*PAIR_STEPS)
        pairs, members = _frame(stages.read("pairs_among")), stages.rows_in("members")
        largest = self.artefacts.identity.largest_component
        groups = merging.merge(pairs, accounts=members, threshold=self._threshold, largest=largest)
        self._put("groups", groups, merging.GROUPS)
        stages.run("user_accounts", "clean_users", "model_table")
        told = fitting.predict(self.artefacts.job_seeker_model, _frame(stages.read("model_table")))
        self._put("job_seeker_predictions", told, ibis_types("job_seeker_predictions"))

    def _put(self, name: str, frame: pd.DataFrame, types: dict[str, str]) -> None:
        self._stages.put(name, _arrow(frame, types))


def _frame(rows: pa.Table) -> pd.DataFrame:
    return rows.to_pandas(date_as_object=True)


def _arrow(frame: pd.DataFrame, types: dict[str, str]) -> pa.Table:
    return pa.Table.from_pandas(frame[list(types)], schema=ibis.schema(types).to_pyarrow(), preserve_index=False)
