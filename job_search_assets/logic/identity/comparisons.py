"""The comparisons: what is looked at in two accounts, and the levels from alike to unlike.

Only the comparisons (those of the form are in `form_comparisons`), each level with the words that explain it to
a person. Levels are SQL conditions over the columns of `match_details`, `_l` and `_r` for the two sides, in DuckDB's
dialect; the first that holds counts. A value that is empty on either side is no level at all: it weighs nothing,
neither for nor against, since whole forms are left empty by many. What a level weighs is learned (`estimation`), so
finer levels cost little.
"""

from job_search_assets.logic.identity.form_comparisons import FORM
from job_search_assets.logic.identity.levels import (
    Comparison,
    both,
    either_within,
    empty,
    initial,
    near,
    together,
    within,
)

_FIRST_OF_JANUARY = "((birth_month_l = 1 AND birth_day_l = 1) OR (birth_month_r = 1 AND birth_day_r = 1))"
_SAME_DAY = "birth_month_l = birth_month_r AND birth_day_l = birth_day_r"
_ONE_DIGIT = "levenshtein(birth_year_l::VARCHAR, birth_year_r::VARCHAR) <= 1"
_SWAPPED = "birth_month_l = birth_day_r AND birth_day_l = birth_month_r"

# A single name may be a forename or a surname: nobody can tell, so it is looked for among all of the other's.
_ONLY_BOTH = "surname_l IS NULL AND surname_r IS NULL"
_ONLY_WITHIN = (
    f"((surname_l IS NULL AND {within('forename_root', 'l', 'r')})"
    f" OR (surname_r IS NULL AND {within('forename_root', 'r', 'l')}))"
)
_ONLY_RARITY = "CASE WHEN surname_l IS NULL THEN forename_rarity_l ELSE forename_rarity_r END"

_FORENAMES = (
    ("same, rare", f"{both('forename')} AND forename_rarity_l >= 2"),
    ("same", both("forename")),
    ("same by nickname", both("forename_root")),
    ("initial", initial("forename")),
    ("alike", f"{near('forename', 0.86)} OR {either_within('forename_root')}"),
)

# One surname and two forenames: brothers and sisters as a rule, and they live together. What a home says of them is
# learned apart, or it would count as much as for two strangers; and with the network as one thing, or a family that
# lives in one place and signs up from there would count as alike twice.
_KIN = f"coalesce({both('surname')} AND NOT ({' OR '.join(f'({same})' for _, same in _FORENAMES)}), FALSE)"
_NO_HOME = "(postcode_l IS NULL OR postcode_r IS NULL) AND (city_l IS NULL OR city_r IS NULL)"

IDENTITY = (
    together(
        "name",
        empty("surname"),
        ("forename", _FORENAMES),
        (
            "surname",
            (
                ("same, rare", f"{both('surname')} AND surname_rarity_l >= 2"),
                ("same", both("surname")),
                ("alike", near("surname", 0.86)),
                ("among the other's names", either_within("surname")),
            ),
        ),
    ),
    Comparison(
        "only_name",
        f"(surname_l IS NOT NULL AND surname_r IS NOT NULL) OR {empty('forename')}",
        (
            ("both have only this, rare", f"{both('forename')} AND {_ONLY_BOTH} AND forename_rarity_l >= 2"),
            ("both have only this", f"{both('forename')} AND {_ONLY_BOTH}"),
            ("one of the other's names, rare", f"{_ONLY_WITHIN} AND {_ONLY_RARITY} >= 2"),
            ("one of the other's names", _ONLY_WITHIN),
            (
                "misspelt",
                " OR ".join(
                    near(*names)
                    for names in (("forename", 0.86), ("forename", 0.86, "surname"), ("surname", 0.86, "forename"))
                ),
            ),
        ),
    ),
    Comparison(
        "birth_date",
        empty("birth_year"),
        (
            ("same, not 1 January", f"{both('birth_year')} AND {_SAME_DAY} AND NOT {_FIRST_OF_JANUARY}"),
            ("same, 1 January of a rare year", f"{both('birth_year')} AND {_SAME_DAY} AND birth_rarity_l >= 2"),
            ("same, 1 January", f"{both('birth_year')} AND {_SAME_DAY}"),
            ("same year, one 1 January", f"{both('birth_year')} AND {_FIRST_OF_JANUARY}"),
            ("day and month swapped", f"{both('birth_year')} AND {_SWAPPED}"),
            (
                "day or month differs",
                f"{both('birth_year')} AND (birth_month_l = birth_month_r OR birth_day_l = birth_day_r)",
            ),
            ("one digit of the year", f"{_SAME_DAY} AND {_ONE_DIGIT} AND NOT {_FIRST_OF_JANUARY}"),
            ("one digit of the year, 1 January", f"{_ONE_DIGIT} AND {_FIRST_OF_JANUARY}"),
            ("same day of another year", f"{_SAME_DAY} AND NOT {_FIRST_OF_JANUARY}"),
            ("same year", both("birth_year")),
            ("within two years", "abs(birth_year_l - birth_year_r) <= 2"),
        ),
    ),
    together(
        "home",
        f"({_NO_HOME}) OR {_KIN}",
        (
            "postcode",
            (
                ("empty", empty("postcode")),
                ("same", both("postcode")),
                ("one sign differs", "levenshtein(postcode_l, postcode_r) <= 1"),
                ("same district", both("postcode_district")),
                ("same area", "postcode_l[1:2] = postcode_r[1:2]"),
            ),
        ),
        (
            "city",
            (
                ("empty", empty("city")),
                ("same, rare", f"{both('city')} AND city_rarity_l >= 2"),
                ("same", both("city")),
                ("alike", f"{near('city', 0.88)} OR contains(city_l, city_r) OR contains(city_r, city_l)"),
            ),
        ),
    ),
    together(
        "home_of_kin",
        f"(({_NO_HOME}) AND ({empty('network')})) OR NOT {_KIN}",
        (
            "home",
            (
                ("empty", _NO_HOME),
                ("same postcode", both("postcode")),
                ("same district", both("postcode_district")),
                ("same city", both("city")),
                ("postcode unlike", "postcode_l <> postcode_r"),
            ),
        ),
        ("network", (("empty", empty("network")), ("same", both("network")))),
    ),
    Comparison(
        "email",
        empty("email"),
        (
            ("same", both("email")),
            ("same before the @", both("email_local")),
            ("one letter differs", "levenshtein(email_local_l, email_local_r) <= 1"),
            ("same letters", both("email_letters")),
            ("alike", near("email_local", 0.85)),
        ),
    ),
    Comparison(
        "phone",
        empty("phone"),
        (("same", both("phone")), ("one digit differs", "levenshtein(phone_l, phone_r) <= 1")),
    ),
    Comparison(
        "network",
        f"{empty('network')} OR {_KIN}",
        (
            ("same, few accounts", both("network") + " AND network_crowd_l = 0"),
            ("same, some accounts", both("network") + " AND network_crowd_l = 1"),
            ("same, many accounts", both("network")),
        ),
    ),
    Comparison("gender", empty("gender"), (("same", both("gender")),)),
    Comparison("country", empty("country"), (("same", both("country")),)),
)

COMPARISONS = IDENTITY + FORM
