"""The blocking rules: which accounts are worth comparing at all. Only the rules, each with its name and its reason.

Two accounts that share the values of a rule's columns are a candidate pair; an empty value is shared with nobody.
The rules are wide on purpose, since a pair that no rule proposes can never be merged: what keeps the number of pairs
in bounds is how many accounts a block may hold (`pairing`). To add a rule, add a line; the page of `candidate_pairs`
shows what each is worth. Rules that found next to nothing which the others do not find were taken out again: a name
with the day of birth, a name with the network, the district with the year of birth, and the form alone.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class BlockingRule:
    """Columns of `match_details` that two accounts must share; `word` and `sound` stand for any one of a name's.

    `other_word` and `other_sound` stand for a second one, later in the alphabet: two names in any order.
    """

    name: str
    columns: tuple[str, ...]
    reason: str


RULES = (
    BlockingRule("email", ("email",), "An address has one owner, or a couple."),
    BlockingRule("phone", ("phone",), "A number has one owner, a household or an office."),
    BlockingRule("email_letters", ("email_letters",), "People keep a local part when they change the provider."),
    BlockingRule("two_names", ("word", "other_word"), "Names in any order, middle names left out, nicknames."),
    BlockingRule("two_sounds", ("sound", "other_sound"), "The same with one letter wrong in each name."),
    BlockingRule("name_and_birth_year", ("word", "birth_year"), "One name misspelt or changed by marriage."),
    BlockingRule("name_and_district", ("word", "postcode_district"), "No birth date, one name misspelt."),
    BlockingRule("name_and_city", ("word", "city"), "No birth date and no postcode."),
    BlockingRule("rare_name", ("word",), "A name so rare that it points to few; common ones make blocks too large."),
    BlockingRule("sound_and_district", ("sound", "postcode_district"), "Both names misspelt, home known."),
    BlockingRule("sound_and_city", ("sound", "city"), "Both misspelt, no postcode."),
    BlockingRule("sound_and_birth_year", ("sound", "birth_year", "birth_month"), "Both misspelt, birth date known."),
    BlockingRule("birth_date", ("birth_year", "birth_month", "birth_day"), "A new name, or none."),
    BlockingRule("postcode", ("postcode",), "A home, whatever the name says."),
    BlockingRule("city_and_birth_year", ("city", "birth_year"), "Day mistyped, name changed."),
    BlockingRule("network", ("network",), "A home's address in the network; crowded ones make blocks too large."),
    BlockingRule("name_and_form", ("word", "region", "career_year"), "One name and much of the form."),
)
