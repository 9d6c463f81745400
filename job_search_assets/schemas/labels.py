"""Labels: how votes are read, each user's consensus, each labeller's record, and whom to ask about next."""

import pandera.ibis as pa


class LabelMethods(pa.DataFrameModel):
    """One row per way to read votes: how well it foretells hidden votes, how right it is on gold, which was chosen."""

    method: str = pa.Field(description="The way to read votes; `_with_features` and `crowdlab` also use `label_hints`.")
    held_out_score: float = pa.Field(
        nullable=True, description="Mean log likelihood of a vote given the others on the same user; higher is better."
    )
    gold_users: int = pa.Field(ge=0, description="Users that the gold labeller answered for.")
    gold_accuracy: float = pa.Field(nullable=True, ge=0, le=1, description="Share of those labelled as gold says.")
    gold_log_loss: float = pa.Field(nullable=True, ge=0, description="Mean surprise at the gold answers, in nats.")
    is_chosen: bool = pa.Field(description="Whether the labels are read this way.")
    why: str = pa.Field(description="The rule that chose it, or why it could not be chosen; empty for the beaten.")

    class Config:
        strict = True
        unique = ["method"]


class LabelHints(pa.DataFrameModel):
    """One row per clean user: what features alone make of them, by a model that has not seen their votes."""

    user_id: str = pa.Field(description="The user, as numbered in `clean_users`.")
    probability: float = pa.Field(ge=0, le=1, description="Chance to be a job seeker before any vote on them is read.")

    class Config:
        strict = True
        unique = ["user_id"]


class LabellerQuality(pa.DataFrameModel):
    """One row per labeller and guide version: how often they are right, on accounts that can be told."""

    labeller: str = pa.Field(description="Who voted.")
    guide_version: str = pa.Field(description="The labelling guide in force when they voted.")
    sensitivity: float = pa.Field(ge=0, le=1, description="How often they say yes of a job seeker.")
    sensitivity_low: float = pa.Field(ge=0, le=1, description="Lower end of its 95 % interval.")
    sensitivity_high: float = pa.Field(ge=0, le=1, description="Upper end of its 95 % interval.")
    specificity: float = pa.Field(ge=0, le=1, description="How often they say no of somebody who is none.")
    specificity_low: float = pa.Field(ge=0, le=1, description="Lower end of its 95 % interval.")
    specificity_high: float = pa.Field(ge=0, le=1, description="Upper end of its 95 % interval.")
    votes: int = pa.Field(ge=1, description="Their votes that count: on kept accounts, the last on each.")
    informedness: float = pa.Field(
        ge=-1, le=1, description="Sensitivity + specificity - 1: 0 is a coin, 1 is never wrong."
    )
    informedness_low: float = pa.Field(ge=-1, le=1, description="Lower end of its 95 % interval.")
    informedness_high: float = pa.Field(ge=-1, le=1, description="Upper end of its 95 % interval.")
    careless_votes: int = pa.Field(ge=0, description="Votes against a label that no ambiguity explains.")

    class Config:
        strict = True
        unique = ["labeller", "guide_version"]


class JobSeekerLabels(pa.DataFrameModel):
    """One row per user with votes: what the labellers say of them together, and how sure that is."""

    user_id: str = pa.Field(description="The user, as numbered in `clean_users`.")
    is_job_seeker: bool = pa.Field(description="The likelier answer, by the chosen method.")
    confidence: float = pa.Field(ge=0.5, le=1, description="How likely that answer is to be right.")
    is_job_seeker_by_votes: bool = pa.Field(
        description="The likelier answer by votes alone, which grades models: features had no say in it."
    )
    confidence_by_votes: float = pa.Field(ge=0.5, le=1, description="How likely that one is to be right.")
    votes: int = pa.Field(ge=1, description="Votes behind it, over all accounts of the user.")
    careless_votes: int = pa.Field(ge=0, description="Votes against the label that no ambiguity explains.")
    ambiguity: float = pa.Field(ge=0, le=1, description="How likely one of their accounts is one nobody can tell.")
    is_ambiguous: bool = pa.Field(description="Whether labellers differ because of the user, not of carelessness.")
    is_outdated: bool = pa.Field(description="Whether it is ambiguous and no vote follows the guide in force.")

    class Config:
        strict = True
        unique = ["user_id"]


class RelabelQueue(pa.DataFrameModel):
    """One row per user to ask about next: which account to show, how often, what it is worth, and why."""

    user_id: str = pa.Field(description="The user, as numbered in `clean_users`.")
    place: int = pa.Field(ge=1, description="Place in the queue; 1 is asked first.")
    account_id: str = pa.Field(description="The account to show to labellers.")
    votes_wanted: int = pa.Field(ge=1, description="How many labellers to ask.")
    expected_gain: float = pa.Field(
        ge=0, description="By how much these votes are expected to raise the chance that the user's label is right."
    )
    gain_per_vote: float = pa.Field(ge=0, description="The same for each of the votes; the queue is in its order.")
    confidence: float = pa.Field(ge=0.5, le=1, description="How likely the best guess is to be right now.")
    votes: int = pa.Field(ge=0, description="Votes that the user has, over all accounts.")
    why: str = pa.Field(
        isin=["no vote yet", "the guide has changed", "labellers differ", "few votes"], description="What they lack."
    )
    asked: str = pa.Field(
        nullable=True, description="Labellers who voted on this account already; to be asked are others."
    )

    class Config:
        strict = True
        unique = ["user_id"]


class LabellerInfluence(pa.DataFrameModel):
    """One row per labeller and user whose label would be another, or none, without that labeller's votes."""

    labeller: str = pa.Field(description="Whose votes are thought away, with the label model held.")
    user_id: str = pa.Field(description="The user, as numbered in `clean_users`.")
    is_job_seeker: bool = pa.Field(description="The label as it is.")
    is_job_seeker_without: bool = pa.Field(nullable=True, description="The label without; empty if there is none.")
    split: str = pa.Field(
        nullable=True, description="The user's split, where the label is learned from, chosen by or graded with."
    )
    leaves_split: bool = pa.Field(description="Whether the user leaves the split, having no label without the votes.")

    class Config:
        strict = True
        unique = ["labeller", "user_id"]
