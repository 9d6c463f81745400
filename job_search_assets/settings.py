"""Every number that a person may turn, with its unit and its reason: one small class a stage.

Dagster shows each class as launchpad config of the stage's assets; a value changed there holds for that run,
a default changed here holds for all and marks the stage's assets as stale.
"""

import dagster as dg
from pydantic import Field


class UsersSettings(dg.Config):
    """How raw accounts are read."""


class SpamSettings(dg.Config):
    """How spam is told from people."""


class IdentitySettings(dg.Config):
    """How accounts of one person are found and merged."""


class LabelSettings(dg.Config):
    """How votes become labels."""


class SplitSettings(dg.Config):
    """How labelled users are divided. The share left over is the test split."""

    train: float = Field(0.6, gt=0, lt=1, description="Share the model learns from.")
    dev: float = Field(0.2, gt=0, lt=1, description="Share used to choose a model.")
    seed: int = Field(20260901, description="Draws who goes where; the counts are the same for every seed.")


class JobSeekerSettings(dg.Config):
    """How the job-seeker model is chosen and reported."""
