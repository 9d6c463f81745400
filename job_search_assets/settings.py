"""Every number that a person may turn, with its unit and its reason: one small class a stage.

A default changed here marks the stage's assets as stale, so the next run follows it. Dagster also shows each class as
launchpad config of the stage's assets and checks: a value changed there holds for that run alone, and has to be given
to an asset and to its checks alike.
"""

import dagster as dg
from pydantic import Field


class UsersSettings(dg.Config):
    """What is odd about a raw account, though it keeps the contract."""

    most_years_of_age: int = Field(
        120,
        ge=1,
        description="Years. Nobody on record has signed up for anything at a higher age (the oldest person lived 122).",
    )


class SpamSettings(dg.Config):
    """How spam is told from people."""

    list_reasons: list[str] = Field(
        ["blocklisted network"],
        description="Reasons of a report which mean that the list was its only ground; upper and lower case alike.",
    )
    burst_hours: int = Field(
        48, ge=1, description="Hours before and after a sign-up within which others belong to the same burst."
    )
    training_accounts: int = Field(
        12_000,
        ge=100,
        description="Examples at most that the model learns from; twice as many take twice the time for a little more.",
    )
    folds: int = Field(
        5, ge=2, description="Parts that examples are held out in; more cost time, fewer cost examples to learn from."
    )
    regularisation: float = Field(
        0.5,
        gt=0,
        description="C of the logistic regression: smaller trusts single words less. From .3 to 1 little changes.",
    )
    expected_error: float = Field(
        0.02, gt=0, lt=0.5, description="Share of verdicts that a moderator nobody knows is expected to get wrong."
    )
    error_strength: float = Field(
        100,
        gt=0,
        description="Verdicts that this expectation is worth: a moderator with as many is known half by their own.",
    )
    wrong_entry_share: float = Field(
        0.03, gt=0, lt=1, description="Share of list entries expected to be wrong. Larger names more suspects."
    )
    wrong_removal_cost: float = Field(
        1.0,
        gt=0,
        description="Cost of removing a person, in spam accounts let through. 1: removed from a probability of .5 on.",
    )
    features_in_reasons: int = Field(5, ge=0, description="Features named in an account's reasons, heaviest first.")
    most_errors: float = Field(
        0.1, gt=0, lt=1, description="Share of wrong verdicts, on spam or on people, from which a moderator is named."
    )
    most_removed_unexpectedly: float = Field(
        0.03, gt=0, lt=1, description="Difference between the shares removed and expected at which a check warns."
    )


class IdentitySettings(dg.Config):
    """How accounts of one person are found and merged."""

    rare_shares: list[float] = Field(
        [0.01, 0.002, 0.0005],
        description="Shares of accounts below which a name, city or year counts as rarer by one class.",
    )
    crowded_networks: list[int] = Field(
        [4, 10, 30],
        description="Accounts from which a network counts as more crowded by one class: a home, an office, a carrier.",
    )
    pairs_per_account: float = Field(
        20, gt=0, description="Pairs that all blocking rules together may propose per account; more find hardly any."
    )
    largest_block: int = Field(
        100, ge=2, description="Accounts of one block at most: in larger ones next to no pair is one person."
    )
    out_of_proportion: float = Field(
        10,
        gt=1,
        description="Times the accounts of its rule's tenth largest block from which on a check names a block.",
    )
    refit_share: float = Field(
        0.1,
        ge=0,
        le=1,
        description="Share of accounts that may change before the match model is fitted again; below, it is held.",
    )
    learn_from_pairs: int = Field(
        200_000, ge=1_000, description="Candidates the weights are learned from at most, drawn by hash of their key."
    )
    em_steps: int = Field(
        3, ge=0, description="Steps of expectation maximisation; run to its end it finds families, not persons."
    )
    smoothing: float = Field(
        2.0, gt=0, description="Pairs spread over each comparison's levels, so that none is impossible."
    )
    first_share: float = Field(
        0.05, gt=0, lt=1, description="Share of candidates taken to be one person before the first step."
    )
    judged_weight: float = Field(
        1.0, ge=0, description="Candidates that one judged pair counts as much as when weights are combined."
    )
    penalty: float = Field(1.0, gt=0, description="L2 penalty of the classifier on match weights.")
    prior_pairs: float = Field(
        20, gt=0, description="Judged pairs: the weight of all judges' average in each one's error rates."
    )
    folds: int = Field(5, ge=2, description="Parts of the judged pairs; each is foretold by a model of the others.")
    held_out_candidates: int = Field(
        30_000, ge=1_000, description="Candidates that each of these models learns from at most; they only test."
    )
    trusted_accuracy: float = Field(
        0.93, gt=0.5, le=1, description="Share of right verdicts from which on a judge's verdicts hold whatever else."
    )
    least_probability: float = Field(
        0.01, ge=0, lt=1, description="Match probability below which an unjudged pair is not kept."
    )
    most_links: int = Field(
        30, ge=1, description="Links of an account at most for it to propose its neighbours as a pair."
    )
    least_link: float = Field(
        0.45, gt=0, lt=1, description="Match probability from which on a link's two ends are compared with its others."
    )
    threshold: float | None = Field(
        None,
        gt=0,
        lt=1,
        description="Average match probability that makes two groups one user; empty: chosen by expected B-cubed F1.",
    )
    thresholds: list[float] = Field(
        [0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7], description="The thresholds to choose from."
    )
    steady_threshold: float = Field(
        0.45, gt=0, lt=1, description="The threshold where too few pairs are judged; below .5, unscored pairs are 0."
    )
    least_judged: int = Field(
        20, ge=0, description="Judged pairs from which on the threshold is chosen; with fewer nothing tests the model."
    )
    threshold_accounts: int = Field(
        30_000, ge=100, description="Accounts at most, drawn by hash, whose components the threshold is chosen on."
    )
    largest_component: int = Field(
        500, ge=2, description="Accounts linked together at most before only stronger links count among them."
    )
    strict_probability: float = Field(
        0.95, gt=0, lt=1, description="Match probability of a sure link, to estimate how many pairs are one person."
    )
    most_disagreement: float = Field(
        1.5, gt=1, description="Times more pairs by the model than by recapture from which on a check warns."
    )
    giant_user: int = Field(30, ge=2, description="Accounts of one user from which on a check warns.")


class LabelSettings(dg.Config):
    """How votes become labels."""

    prior_votes: float = Field(
        20,
        gt=0,
        description="Votes: the weight of the labellers' average in each one's rates, so that few cannot excel.",
    )
    prior_users: float = Field(
        100, ge=0, description="Users: the weight of the majority's share of job seekers in the base rate."
    )
    ambiguous_share: float = Field(
        0.1, gt=0, lt=1, description="Share of accounts thought to be ambiguous before their votes are seen."
    )
    ambiguous_accounts: float = Field(
        100, gt=0, description="Accounts: the weight of that belief; three votes an account say little about it."
    )
    least_ambiguity: float = Field(
        0.1, ge=0, le=1, description="Probability below which nobody is called ambiguous, however even the votes."
    )
    least_users: int = Field(
        50, ge=1, description="Users with votes from which on labellers are told apart; below, the majority counts."
    )
    folds: int = Field(5, ge=2, description="Parts of the users; each is foreseen from the others to choose a method.")
    learn_from_users: int = Field(
        20_000,
        ge=1,
        description="Users to learn rates from at most: more change no digit that matters, only the time.",
    )
    seed: int = Field(20260901, description="Draws the users to learn from when there are more.")
    most_ambiguous: float = Field(
        0.25,
        ge=0,
        le=1,
        description="Share of ambiguous users above which a check warns that the guide leaves much open.",
    )
    least_votes: int = Field(20, ge=1, description="Votes from which on a labeller can be named as careless.")
    least_informedness: float = Field(
        0.4, ge=0, le=1, description="Sensitivity + specificity - 1 below which a labeller is named; 0 is a coin."
    )
    least_votes_each: int = Field(
        10, ge=1, description="Votes of a typical labeller from which on labellers can be told apart by rates."
    )
    gold_labeller: str = Field(
        "", description="A labeller whose votes are taken for true: they outweigh all others and grade the methods."
    )
    guide_version: str = Field(
        "", description="The labelling guide in force; empty for the one whose first vote came last."
    )
    queue_votes: int = Field(300, ge=0, description="Votes that can be had next; as many are asked for in the queue.")
    most_votes_together: int = Field(
        3, ge=1, le=7, description="Votes on one user at most that the queue asks for at once."
    )


class SplitSettings(dg.Config):
    """How labelled users are divided, once and for good: whoever has a split keeps it when these numbers change."""

    shares: dict[str, float] = Field(
        {"train": 0.6, "dev": 0.2, "test": 0.2},
        description="Share of each split, in the order of use, summing to 1. The model learns from train, chooses on "
        "dev, reports on test; more splits may be named, and those after test count as reported on too.",
    )
    edition: int = Field(
        1,
        ge=0,
        description="Raise it to divide everybody anew, as after a change of shares: figures from before can then no "
        "longer be compared. A lower one brings an older division back.",
    )
    even_over: list[str] = Field(
        ["source", "region", "device", "confidence"],
        description="Fields over which splits are as even as can be: text columns of `clean_users`, and the label's "
        "`confidence`.",
    )
    confidence_bounds: list[float] = Field(
        [0.7, 0.85, 0.95], description="Confidence of labels at which one class ends and the next begins."
    )
    method: str = Field(
        "auto",
        pattern="^(auto|exact|hash)$",
        description="How new users are divided: exact by an integer program, hash by SHA-256 of the id alone, auto by "
        "hash once users are so many that it comes out well.",
    )
    most_deviation: float = Field(
        0.05, gt=0, lt=1, description="How far a count of a label in a split may be off, as a share of its ideal."
    )
    most_risk: float = Field(
        0.001, gt=0, lt=1, description="Chance of such a deviation up to which auto draws by hash: about 65,000 users."
    )
    least_chance: float = Field(
        0.001, gt=0, lt=1, description="Chance of a random draw as uneven over a field below which a check warns."
    )
    seed: int = Field(20260901, description="Draws who goes where; the counts are the same for every seed.")


class JobSeekerSettings(dg.Config):
    """How the job-seeker model is chosen and reported."""

    most_examples: int = Field(
        20_000, ge=1, description="Users of train, and of dev, at most: more cost time and hardly help ten features."
    )
    least_of_a_label: int = Field(
        10, ge=1, description="Users of each label that train and dev must have; below, everybody gets the base rate."
    )
    least_to_calibrate: int = Field(
        30, ge=1, description="Users of each label that dev must have for the model to be calibrated on them."
    )
    resamples: int = Field(
        500, ge=10, description="Bootstrap draws behind each interval; 500 fix its ends to a hundredth."
    )
    seed: int = Field(20260901, description="Draws examples when there are too many, and the bootstrap's users.")
    least_surprise: float = Field(
        4,
        gt=0,
        description="Standard errors from one half at which an id-only model is an alarm; 4 is 1 false in 16,000.",
    )
    importance_users: int = Field(
        2_000, ge=1, description="Users of a split at most that the features' importance is measured on."
    )
    curve_users: int = Field(
        5_000, ge=1, description="Users of train, and of dev, at most that the learning curve is measured on."
    )
    curve_folds: int = Field(5, ge=2, description="Parts of these users; each is foretold by models of the others.")
    curve_multiples: list[float] = Field(
        [1.25, 1.5, 2.0, 3.0, 4.0],
        description="Times today's labels to look ahead to. Further than 4 times no curve can be trusted.",
    )


class ScoringSettings(dg.Config):
    """How scoring is tried against what is built."""

    rows_again: int = Field(
        300,
        ge=1,
        description="Raw rows scored again after a run; what is amiss in 1 row of 100 is missed 1 time in 20.",
    )


class SliceSettings(dg.Config):
    """How slices are searched for in which the job-seeker model is worse."""

    slices: int = Field(
        3,
        ge=1,
        description="Slices that are found and tested by metric and half; each one more makes all harder to prove.",
    )
    depth: int = Field(3, ge=1, le=3, description="Conditions of a slice at most.")
    bins: int = Field(8, ge=2, le=20, description="Quantiles that numbers are cut at; slices are intervals of them.")
    least_users: int = Field(20, ge=2, description="Users of a slice at least in the half that it is found on.")
    least_share: float = Field(0.01, ge=0, lt=0.5, description="The same as a share of that half.")
    level: float = Field(
        0.05, gt=0, lt=1, description="Chance of any false alarm among all slices tested, if no slice is worse."
    )
    overlap: float = Field(
        0.95, gt=0, le=1, description="Jaccard overlap from which two conditions cannot be told apart."
    )
    much_worse: float = Field(
        1.25, ge=1, description="Times the others' loss at which a check names a slice that is proved worse."
    )
    most_missing: float = Field(
        0.5, ge=0, le=1, description="Share of users without a value above which a check names a factor."
    )


class SourceSettings(dg.Config):
    """What is read out of the inventory of sources."""

    no_rights: list[str] = Field(
        ["unknown", "no rights"],
        description="Words in `rights` which say that a source may not be used; a check fails where one is in use.",
    )
    doubtful_rights: list[str] = Field(
        ["unclear", "unsure", "pending"],
        description="Words in `rights` which say that nobody is sure; a check warns where such a source is in use.",
    )
    nobody: list[str] = Field(
        ["nobody", "unknown"], description="Words in `owner` which say that nobody answers for a source."
    )
    usual_days: int = Field(
        30, ge=1, description="Days of the box over which set-up costs are spread when sources are compared."
    )
    mounts: str = Field(
        "/net",
        description="Folder under which files of other machines are mounted, by host, as automounters do.",
    )


class PlanSettings(dg.Config):
    """The box of the next collection: days first, then what they may cost."""

    days: int = Field(14, ge=1, le=366, description="Days from today in which to collect. Short boxes teach sooner.")
    budget: float | None = Field(None, ge=0, description="Money that may be spent; empty for no limit.")
    people: int | None = Field(None, ge=0, description="People who can work on sources at a time; empty for no limit.")
    most_growth: float | None = Field(
        10,
        gt=0,
        description="Times the present accounts, and votes, that a box may bring; with more nobody knows what they "
        "buy. Empty for no limit.",
    )
    with_ideas: bool = Field(True, description="Whether sources that are ideas so far may be planned.")
    least_gain: float = Field(
        0.005, ge=0, description="ROC AUC below which a box that surely gained no more is told to be not worth it."
    )
    with_doubtful_rights: bool = Field(True, description="Whether sources whose rights are in doubt may be planned.")
    prove: bool = Field(
        False, description="With many sources and few people: search on until no plan can be better, for minutes."
    )


class DriftSettings(dg.Config):
    """When a delivery is unlike what came before it, and what that stops."""

    level: float = Field(
        0.05, gt=0, lt=1, description="Chance of any false alarm among all tests of a delivery, if nothing has moved."
    )
    least_effect: float = Field(
        0.03,
        ge=0,
        lt=1,
        description="Share of a source's accounts that must lie elsewhere for it to matter; .03 is a shift by .08 sd.",
    )
    least_accounts: int = Field(
        30, ge=1, description="Accounts of a source on each side without which nothing is said of it."
    )
    least_together: int = Field(
        200, ge=1, description="Accounts that deliveries are looked at together until they reach, latest first."
    )
    is_blocking: bool = Field(
        False, description="Whether a delivery that moved stops the run before anything is built on it; else it warns."
    )
    accepted_delivery: int = Field(
        0, ge=0, description="Last delivery that a person has looked at and accepted, whatever moved in it; 0: none."
    )
