"""How much of everything the sample plants: shares and amounts, each with its unit.

The defaults follow what data of this kind shows; a test or a trial may turn them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shares:
    """Shares are of the thing named; amounts called `most` keep what people make by hand at a human size."""

    spam: float = 0.15  # of all accounts
    accounts_per_person: tuple[float, ...] = (0.60, 0.25, 0.082, 0.037, 0.020, 0.011)  # persons with 1, 2 … 6

    family: float = 0.036  # of persons, as are the next three
    namesake: float = 0.024
    couple_email: float = 0.010
    office_phone: float = 0.010

    burst: float = 0.65  # of spam accounts
    burst_size: int = 22  # accounts in a burst, about
    spam_without_text: float = 0.15
    spam_with_ordinary_text: float = 0.10  # of spam accounts that have a text
    genuine_without_text: float = 0.40
    genuine_disposable: float = 0.015  # of genuine e-mail addresses

    in_institution: float = 0.09  # of persons, as are the next four
    in_wrong: float = 0.032
    in_mixed: float = 0.030
    in_small_sound: float = 0.004
    in_ended: float = 0.004
    blocklist_entries: int = 400  # at 5,000 accounts; grows with accounts to the power .6
    wrong_entries: int = 3  # at 5,000 accounts, as is the next; both grow with the square root
    mixed_entries: int = 12

    reported_spam: float = 0.60  # of spam accounts
    reported_genuine: float = 0.25
    most_reports: int = 60_000
    judged_pairs: float = 0.31  # per account
    same_person_pairs: float = 0.45  # of judged pairs
    most_pairs: int = 6_000
    voted_persons: float = 0.60
    most_votes: int = 60_000
    ambiguous_items: float = 0.08  # of voted accounts

    dirt_per_kind: int = 2  # rows at 5,000 accounts; grows with the square root
