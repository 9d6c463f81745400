"""The features, declared once: what each is, and whether the model may see it or only the error analysis."""

from dataclasses import dataclass
from typing import Literal

import ibis.expr.types as ir

from job_search_assets.schemas.contracts import USERS

Kind = Literal["number", "ordinal", "category", "boolean"]


@dataclass(frozen=True)
class Feature:
    """A column of `clean_users` that the model learns from or that errors are sliced by."""

    name: str
    kind: Kind
    description: str
    is_in_model: bool = True

    @property
    def order(self) -> tuple[str, ...]:
        """An ordinal's values from the least to the most, as the contract of the raw file gives them."""
        return next(column.values for column in USERS.columns if column.name == self.name)


# Gender, region and how a row was collected never enter the model: a prediction must follow from what a person
# told about work, and must not change with the form's channel. Ids and times of collection are not even slices.
FEATURES = (
    Feature("city_development_index", "number", "How developed the user's city is, 0 to 1."),
    Feature("years_experience", "number", "Years of work experience."),
    Feature("training_hours", "number", "Hours of training completed."),
    Feature("has_relevant_experience", "boolean", "Whether the experience is in the field."),
    Feature("enrolled_university", "ordinal", "Whether the user studies, and how much of their time."),
    Feature("education_level", "ordinal", "Highest education."),
    Feature("company_size", "ordinal", "Employees of the present company."),
    Feature("last_job_change", "ordinal", "Years between the present and the last job."),
    Feature("major_discipline", "category", "Field of study."),
    Feature("company_type", "category", "Kind of the present company."),
    Feature("gender", "category", "For slices: is the model worse for some?", is_in_model=False),
    Feature("region", "category", "For slices: where the user lives.", is_in_model=False),
    Feature("country", "category", "For slices: the country given.", is_in_model=False),
    Feature("source", "category", "For slices: which source delivered the user.", is_in_model=False),
    Feature("device", "category", "For slices: what the user signed up with.", is_in_model=False),
    Feature("account_count", "number", "For slices: how many accounts were merged.", is_in_model=False),
)


def names_of(*kinds: Kind) -> list[str]:
    """The model's features of these kinds."""
    return [feature.name for feature in FEATURES if feature.is_in_model and feature.kind in kinds]


def model_table(users: ir.Table) -> ir.Table:
    """One row a user: id and the model's features, booleans as 0 and 1, missing values left missing.

    Development and production both come through here; scikit-learn sees nothing else of a user.
    """
    numbers = {name: users[name].cast("float64") for name in names_of("number", "boolean")}
    return users.select("user_id", **numbers, **{name: users[name] for name in names_of("ordinal", "category")})
