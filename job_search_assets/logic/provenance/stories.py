"""What is told of an account or a user, part by part; each field is a key of `job-search why --json`.

Times are text in UTC. What may identify a person (`value`, `values`, `why` of a correction) is None unless the one
who asks wants it told.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from job_search_assets.logic.identity.explanation import Verdict


@dataclass(frozen=True)
class Source:
    """Where a record came from, as `source_inventory` has it; name, owner and kind are empty where it has not."""

    source: str
    name: str
    owner: str
    kind: str


@dataclass(frozen=True)
class Record:
    """An account as it signed up: where its row stood; `file` and `line` are None where no place is on record."""

    account_id: str
    created_at: str
    source: Source
    file: str | None
    line: int | None


@dataclass(frozen=True)
class Rejection:
    """A record that was not accepted, or was withdrawn: where it stood and the rule; `column` may be empty."""

    file: str
    line: int
    column: str
    rule: str


@dataclass(frozen=True)
class Correction:
    """A correction that met a row of this account, or a blocklist entry that it signed up inside of."""

    correction_id: str
    table: str
    key: str
    action: str
    column: str | None
    made_by: str
    made_at: str
    value: str | None
    why: str | None


@dataclass(frozen=True)
class Letter:
    """What had been decided about an account until a step brought something else, as `letters` has it.

    `before` and `after` are words and ids, None where nothing was decided; `correction_ids` are those of that step.
    """

    account_id: str
    outcome: str
    step: int
    before: str | None
    after: str | None
    decided_since: str | None
    correction_ids: str
    own_correction_ids: str | None
    cause: str


@dataclass(frozen=True)
class Listing:
    """A blocklist entry: who listed it, when, and whether it counts; `log_odds` are those that it is wrong."""

    listed_by: str | None
    listed_from: str
    listed_until: str | None
    is_suspect: bool
    is_confirmed: bool
    log_odds: float | None


@dataclass(frozen=True)
class Reason:
    """One thing that spoke for spam (weight above 0) or against it, as `spam_reasons` has it; weights are ln."""

    kind: str
    reference: str
    weight: float
    is_in_score: bool
    detail: str
    listing: Listing | None = None


@dataclass(frozen=True)
class Spam:
    """The decision on an account. The weights of the reasons in the score add up to `log_odds`, those of the score.

    `has_features` is False where no model on file can say what its looks were made of.
    """

    is_spam: bool
    score: float
    threshold: float
    model_version: str
    log_odds: float
    reasons: tuple[Reason, ...]
    has_features: bool


@dataclass(frozen=True)
class Step:
    """One link of the way from an account to another of its user; `verdict` as in `match_predictions`."""

    start: str
    end: str
    match_weight: float
    probability: float
    verdict: int
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class Tie:
    """How another account is the same user's: the chain of links whose weakest is strongest, of one link or more.

    `match_weight` and `probability` are those of the pair itself, None where it was never scored. `path` is empty
    where the tables are not up to date.
    """

    account_id: str
    match_weight: float | None
    probability: float | None
    path: tuple[Step, ...]


@dataclass(frozen=True)
class Change:
    """A step in which the account's user changed, as `user_history` has it."""

    account_id: str
    step: int
    old_user_id: str | None
    user_id: str | None
    change: str
    cause: str


@dataclass(frozen=True)
class Belonging:
    """The user that accounts belong to, how the other accounts are tied to the one asked about, and what changed.

    `left_out` counts the accounts that are not told of one by one. `threshold` is the average match probability that
    makes two groups of accounts one user.
    """

    user_id: str
    accounts: int
    threshold: float
    ties: tuple[Tie, ...]
    left_out: int
    history: tuple[Change, ...]


@dataclass(frozen=True)
class Vote:
    """One labeller's answer on one account, with how often they are right; rates are None where nobody knows them.

    A labeller who comes back corrects the vote: the earlier answer does not count.
    """

    account_id: str
    labeller: str
    is_job_seeker: bool
    labelled_at: str
    guide_version: str
    is_counted: bool
    sensitivity: float | None
    specificity: float | None


@dataclass(frozen=True)
class Label:
    """What labellers say of a user together, by which method, and their votes."""

    is_job_seeker: bool
    confidence: float
    is_job_seeker_by_votes: bool
    confidence_by_votes: float
    is_ambiguous: bool
    is_outdated: bool
    careless_votes: int
    method: str
    votes: tuple[Vote, ...]


@dataclass(frozen=True)
class Standing:
    """A split that an account of the user ever stood in, as `split_ledger` has it."""

    edition: int
    account_id: str
    split: str
    step: int
    user_id: str | None
    cause: str


@dataclass(frozen=True)
class Split:
    """The user's split now, None without one, and every split that one of the accounts ever stood in."""

    split: str | None
    history: tuple[Standing, ...]


@dataclass(frozen=True)
class Weight:
    """What one feature of a user added to the log odds (ln) of the prediction."""

    feature: str
    weight: float


@dataclass(frozen=True)
class Prediction:
    """What the model says of the user; a job seeker from `threshold` on.

    `usual`, the log odds of users of train on average, and the weights of the features, the heaviest first, add up to
    `log_odds`. They are None, and `reasons` empty, where the model on file is not the one that said so.
    """

    probability: float
    is_job_seeker: bool
    threshold: float
    model_version: str
    log_odds: float | None
    usual: float | None
    reasons: tuple[Weight, ...]


@dataclass(frozen=True)
class AccountStory:
    """All that became of an account. Parts are None where it did not get so far; `values` are its own columns."""

    account_id: str
    outcome: str
    record: Record | None
    rejections: tuple[Rejection, ...]
    corrections: tuple[Correction, ...]
    letters: tuple[Letter, ...]
    spam: Spam | None
    user: Belonging | None
    label: Label | None
    split: Split | None
    prediction: Prediction | None
    values: Mapping[str, str | None] | None


@dataclass(frozen=True)
class Survivor:
    """A column of `clean_users`: the rule that chose its value, why that rule, and the account that it came from."""

    column: str
    rule: str
    because: str
    account_id: str | None
    value: str | None


@dataclass(frozen=True)
class UserStory:
    """All that is known of a user: the accounts as they signed up, what ties them, and what was made of them."""

    user_id: str
    records: tuple[Record, ...]
    corrections: tuple[Correction, ...]
    letters: tuple[Letter, ...]
    user: Belonging
    columns: tuple[Survivor, ...]
    label: Label | None
    split: Split | None
    prediction: Prediction | None


KEPT, REMOVED, REJECTED, WAITING = "kept", "removed as spam", "not accepted", "not decided yet"
