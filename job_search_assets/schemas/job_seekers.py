"""Job seekers: what the model says of each user, and how good it is."""

import pandera.ibis as pa


class JobSeekerPredictions(pa.DataFrameModel):
    """One row per clean user: how likely they are to look for a job."""

    user_id: str = pa.Field(description="The user, as numbered in `clean_users`.")
    probability: float = pa.Field(ge=0, le=1, description="Probability that the user is looking for a job.")
    model_version: str = pa.Field(str_length={"min_value": 1}, description="The `job_seeker_model` that said so.")

    class Config:
        strict = True
        unique = ["user_id"]


class ModelEvaluation(pa.DataFrameModel):
    """One row per split and metric: how good the predictions are, beside the base rate and the label ceiling."""

    split: str = pa.Field(isin=["dev", "test"], description="Chosen with (dev) or reported on (test).")
    metric: str = pa.Field(description="What was measured; `logic/job_seekers/evaluation.py` says how.")
    value: float = pa.Field(description="The number.")
    low: float = pa.Field(nullable=True, description="Lower end of its 95 % interval; empty where it has none.")
    high: float = pa.Field(nullable=True, description="Upper end of its 95 % interval; empty where it has none.")
    ceiling: float = pa.Field(
        nullable=True, description="What somebody who knew the truth would reach against labels as sure as these."
    )

    class Config:
        strict = True
        unique = ["split", "metric"]


class LearningCurve(pa.DataFrameModel):
    """One row per metric and number of labelled users: what the model reaches, and would reach with more labels.

    Measured on users of train and dev, each foretold by models that have not seen it; never on test.
    """

    metric: str = pa.Field(isin=["log_loss", "roc_auc"], description="Mean log loss in nats, or area under the curve.")
    labelled_users: int = pa.Field(
        ge=0, description="Labelled users in all splits that bring as many to train as are learned from."
    )
    learned_from: int = pa.Field(ge=0, description="Users that the model learns from.")
    value: float = pa.Field(nullable=True, description="The metric; empty where nobody can tell.")
    low: float = pa.Field(nullable=True, description="Lower end of its 95 % interval.")
    high: float = pa.Field(nullable=True, description="Upper end of it.")
    gain: float = pa.Field(
        nullable=True, description="How much better than with the labels of today: less log loss, or more area."
    )
    gain_low: float = pa.Field(nullable=True, description="Lower end of the gain's 95 % interval.")
    gain_high: float = pa.Field(nullable=True, description="Upper end of it.")
    basis: str = pa.Field(
        isin=["measured", "expected", "can't tell"],
        description="measured: by models of so many users; expected: the curve carried on; can't tell: learning from "
        "more is not shown to have helped so far.",
    )

    class Config:
        strict = True
        unique = ["metric", "labelled_users"]


class FeatureImportance(pa.DataFrameModel):
    """One row per feature of the model: how much worse it is when the feature's values are dealt out again.

    Measured on labelled users outside train. Features that say the same stand in for each other, and each then looks
    less important than they are together.
    """

    feature: str = pa.Field(description="The feature, as in `clean_users`.")
    users: int = pa.Field(ge=0, description="Users that it is measured on.")
    log_loss_increase: float = pa.Field(
        nullable=True, description="By how much the mean log loss rises, in nats; empty where users are too few."
    )
    log_loss_low: float = pa.Field(nullable=True, description="Lower end of its 95 % interval.")
    log_loss_high: float = pa.Field(nullable=True, description="Upper end of it.")
    roc_auc_decrease: float = pa.Field(nullable=True, description="By how much the ROC AUC falls.")
    roc_auc_low: float = pa.Field(nullable=True, description="Lower end of its 95 % interval.")
    roc_auc_high: float = pa.Field(nullable=True, description="Upper end of it.")

    class Config:
        strict = True
        unique = ["feature"]


class SignalCurve(pa.DataFrameModel):
    """One row per number of fields told: how often model and labellers are right on the same users outside train.

    Right is what the votes of the other labellers say, so nobody has a say in what grades them; these err too, which
    lowers both figures alike.
    """

    fields: int = pa.Field(ge=0, description="Fields of the model's that are told.")
    what: str = pa.Field(
        isin=["as told", "taken away"],
        description="as told: users who told so many. taken away: users who told so many or more, of whom the model "
        "sees only so many; labellers cannot be asked about these.",
    )
    users: int = pa.Field(ge=1, description="Users that this is measured on.")
    votes: int = pa.Field(ge=1, description="Votes on them.")
    labellers: float = pa.Field(nullable=True, ge=0, le=1, description="Share of these votes that are right.")
    labellers_low: float = pa.Field(nullable=True, description="Lower end of its 95 % interval.")
    labellers_high: float = pa.Field(nullable=True, description="Upper end of it.")
    model: float = pa.Field(ge=0, le=1, description="Share of these votes for which the model is right.")
    model_low: float = pa.Field(description="Lower end of its 95 % interval.")
    model_high: float = pa.Field(description="Upper end of it.")

    class Config:
        strict = True
        unique = ["fields", "what"]
