"""The comparisons of the form: fields that a person copies from account to account, and that change with time.

Strong evidence where it is there, and half of the accounts leave it empty. Conditions as in `comparisons`.
"""

from job_search_assets.logic.identity.levels import Comparison, both, empty, rare

FORM = (
    Comparison(
        "region",
        empty("region"),
        (*rare(both("region"), "region_rarity", 1), ("same development", both("development"))),
    ),
    Comparison(
        "career",
        empty("career_start"),
        (
            ("over 20 years both", "years_experience_l > 20 AND years_experience_r > 20"),
            ("began at the same time", "abs(career_start_l - career_start_r) <= 1.1"),
            ("began within two years", "abs(career_start_l - career_start_r) <= 2.1"),
            ("began within five years", "abs(career_start_l - career_start_r) <= 5.1"),
        ),
    ),
    Comparison(
        "education",
        empty("education"),
        (
            ("same", both("education")),
            (
                "one more on the later account",
                "(education_r - education_l) * sign(created_day_r - created_day_l) = 1",
            ),
        ),
    ),
    Comparison(
        "major",
        empty("major_discipline"),
        (
            ("same, not STEM", both("major_discipline") + " AND major_discipline_l <> 'STEM'"),
            ("same", both("major_discipline")),
        ),
    ),
    Comparison(
        "company",
        empty("company_size"),
        (
            ("same size and kind", both("company_size") + " AND " + both("company_type")),
            ("same size", both("company_size")),
        ),
    ),
    Comparison("last_job_change", empty("last_job_change"), (("same", both("last_job_change")),)),
    Comparison(
        "training_hours",
        empty("training_hours"),
        (
            ("same", both("training_hours")),
            (
                "a little more on the later account",
                "(training_hours_r - training_hours_l) * sign(created_day_r - created_day_l) BETWEEN 0 AND 40",
            ),
            (
                "more on the later account",
                "(training_hours_r - training_hours_l) * sign(created_day_r - created_day_l) >= 0",
            ),
        ),
    ),
    Comparison("experience", empty("has_relevant_experience"), (("same", both("has_relevant_experience")),)),
    Comparison("university", empty("enrolled_university"), (("same", both("enrolled_university")),)),
)
