"""How far each moderator's word is to be trusted."""

import numpy as np
import pandas as pd

ROUNDS = 20  # of estimating in turn; the estimates stand still long before


def grade(reports: pd.DataFrame, unseen: pd.Series, *, expected_error: float, strength: float) -> pd.DataFrame:
    """One row per moderator: reported_by, reports, sensitivity, specificity.

    Sensitivity is the share of spam that they call spam, specificity the share of people whom they call people:
    Dawid and Skene's estimate (Applied Statistics 28, 1979) with what the account looks like as one witness
    more, so that moderators who never judged the same account can be compared. `unseen`: log odds, by account,
    of a model that never saw the verdict. A few verdicts say little, so everyone begins with `strength`
    imagined ones of which a share of `expected_error` is wrong.
    """
    reports = reports[reports.account_id.isin(unseen.index)].sort_values(["reported_by", "account_id", "reported_at"])
    graded = reports.groupby("reported_by").agg(reports=("account_id", "size"))
    graded = graded.assign(sensitivity=1 - expected_error, specificity=1 - expected_error)
    imagined = {"right": strength * (1 - expected_error), "all": strength}
    for _ in range(ROUNDS):
        spam = _probability(unseen + _said(reports, graded, unseen.index)).loc[reports.account_id].to_numpy()
        graded["sensitivity"] = _share(reports, spam, reports.is_spam.to_numpy(), imagined)
        graded["specificity"] = _share(reports, 1 - spam, ~reports.is_spam.to_numpy(), imagined)
    return graded.round({"sensitivity": 6, "specificity": 6}).reset_index()


def likely_right(examples: pd.DataFrame, unseen: pd.Series, reports: pd.DataFrame, graded: pd.DataFrame) -> np.ndarray:
    """How probable it is that each example is what it is taken for, by its looks and by all who judged it."""
    reports = reports[reports.account_id.isin(unseen.index)]
    probability = _probability(unseen + _said(reports, graded.set_index("reported_by"), unseen.index))
    spam = probability.loc[examples.account_id].to_numpy()
    return np.where(examples.is_spam, spam, 1 - spam).round(6)


def _said(reports: pd.DataFrame, graded: pd.DataFrame, accounts: pd.Index) -> pd.Series:
    """The log odds of spam that an account's verdicts amount to."""
    by = graded.loc[reports.reported_by]
    spam = np.log(by.sensitivity / (1 - by.specificity))
    person = np.log((1 - by.sensitivity) / by.specificity)
    weight = pd.Series(np.where(reports.is_spam, spam, person), index=reports.account_id)
    return weight.groupby(level=0).sum().reindex(accounts, fill_value=0.0)


def _share(reports: pd.DataFrame, belongs: np.ndarray, agrees: np.ndarray, imagined: dict[str, float]) -> pd.Series:
    counted = pd.DataFrame({"right": belongs * agrees, "all": belongs}).groupby(reports.reported_by.to_numpy()).sum()
    return (counted["right"] + imagined["right"]) / (counted["all"] + imagined["all"])


def _probability(log_odds: pd.Series) -> pd.Series:
    return 1 / (1 + np.exp(-log_odds))
