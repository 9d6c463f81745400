"""Labels against a truth that is known, and what the votes allow to somebody who knows the labellers' true rates."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from job_search_assets.logic.labels.learning import Learned, doubts, encode, expect

VOTES = """SELECT user_id, account_id, labeller, guide_version, is_job_seeker FROM
  (SELECT *, row_number() OVER (PARTITION BY account_id, labeller
          ORDER BY labelled_at DESC, is_job_seeker, guide_version) AS place FROM raw_job_seeker_votes)
  JOIN user_accounts USING (account_id) WHERE place = 1 ORDER BY user_id, account_id, labeller"""


def found(said: np.ndarray, truth: np.ndarray) -> tuple[float, float, float]:
    """Recall, precision and F1."""
    hits = float((said & truth).sum())
    return (
        hits / max(1.0, float(truth.sum())),
        hits / max(1.0, float(said.sum())),
        2 * hits / max(1.0, float(said.sum() + truth.sum())),
    )


def by_oracle(
    votes: pd.DataFrame, rates: dict[str, tuple[float, float]], base_rate: float, is_ambiguous: np.ndarray
) -> tuple[float, float, float]:
    """Recall, precision and F1 of who knows the true rates and shares, at the cut that is best in hindsight."""
    doubt = _doubts(votes, rates, base_rate, float(is_ambiguous.mean()))
    return max(
        (found(_called(votes, doubt, cut), is_ambiguous) for cut in np.unique(doubt)), key=lambda three: three[2]
    )


def of_folder(data: Path, build: Path) -> str:
    """A report on a built folder: label accuracy, ambiguous users, and the oracle's figures beside them."""
    with duckdb.connect(str(build / "warehouse.duckdb"), read_only=True) as warehouse:
        labels = warehouse.sql("SELECT * FROM job_seeker_labels ORDER BY user_id").df().set_index("user_id")
        accounts = warehouse.sql("SELECT account_id, user_id FROM user_accounts ORDER BY account_id").df()
        votes, methods = warehouse.sql(VOTES).df(), warehouse.sql("SELECT * FROM label_methods ORDER BY 1").df()
    truth = truth_by_user(data, accounts).reindex(labels.index)
    is_known = truth["is_job_seeker"].notna()
    labels, truth = labels[is_known], truth[is_known].astype(bool)
    votes = votes[votes["user_id"].isin(labels.index)].reset_index(drop=True)
    seeker, unclear = truth["is_job_seeker"].to_numpy(), truth["is_ambiguous"].to_numpy()
    rates = _true_rates(data)
    doubt = _doubts(votes, rates, float(seeker.mean()), float(unclear.mean()))
    share = votes.groupby("user_id")["is_job_seeker"].mean().sort_index().to_numpy()
    lines = [methods.to_string(index=False), ""]
    lines += [
        f"label accuracy over {len(labels)} users",
        f"  majority               {((share > 0.5) == seeker).mean():.4f}",
        f"  by votes alone         {(labels['is_job_seeker_by_votes'].to_numpy() == seeker).mean():.4f}"
        f"   confidence {labels['confidence_by_votes'].mean():.4f}",
        f"  who knows true rates   {(_posterior(votes, rates, seeker, unclear) == seeker).mean():.4f}",
        f"  labels                 {(labels['is_job_seeker'].to_numpy() == seeker).mean():.4f}"
        f"   confidence {labels['confidence'].mean():.4f}",
        "",
        f"ambiguous users, {unclear.sum()} truly       recall precision    F1",
        _three("ours", found(labels["is_ambiguous"].to_numpy(dtype=bool), unclear)),
        _three("who knows true rates, best cut", by_oracle(votes, rates, float(seeker.mean()), unclear)),
        _three("the same at precision .5", _at_half(votes, doubt, unclear)),
    ]
    return "\n".join(lines)


def _three(name: str, three: tuple[float, float, float]) -> str:
    return f"  {name:<32}" + " ".join(f"{number:8.3f}" for number in three)


def _at_half(votes: pd.DataFrame, doubt: np.ndarray, unclear: np.ndarray) -> tuple[float, float, float]:
    """The most recall that keeps a precision of one half."""
    every = [found(_called(votes, doubt, cut), unclear) for cut in np.unique(doubt)]
    return max((three for three in every if three[1] >= 0.5), default=(0.0, 0.0, 0.0))


def _called(votes: pd.DataFrame, doubt: np.ndarray, cut: float) -> np.ndarray:
    share = votes.groupby("user_id")["is_job_seeker"].mean().sort_index().to_numpy()
    called: np.ndarray = (doubt >= cut) & (share > 0) & (share < 1)
    return called


def _known(votes: pd.DataFrame, rates: dict[str, tuple[float, float]], base_rate: float, share: float) -> Learned:
    right = np.array([rates[name] for name in sorted(votes["labeller"].unique())])
    return Learned(np.clip(right, 0.01, 0.99), right.mean(axis=0), base_rate, max(share, 1e-6))


def _doubts(votes: pd.DataFrame, rates: dict[str, tuple[float, float]], base_rate: float, share: float) -> np.ndarray:
    return doubts(encode(votes, ["labeller"]), _known(votes, rates, base_rate, share))


def _posterior(
    votes: pd.DataFrame, rates: dict[str, tuple[float, float]], seeker: np.ndarray, unclear: np.ndarray
) -> np.ndarray:
    known = _known(votes, rates, float(seeker.mean()), float(unclear.mean()))
    likelier: np.ndarray = expect(encode(votes, ["labeller"]), known)[0][:, 1] > 0.5
    return likelier


def _true_rates(data: Path) -> dict[str, tuple[float, float]]:
    told = pd.read_csv(data / "truth" / "labellers.csv")
    ours = told[told["task"] == "job_seeker_votes"]
    return {row.labeller: (float(row.specificity), float(row.sensitivity)) for row in ours.itertuples()}


def truth_by_user(data: Path, accounts: pd.DataFrame) -> pd.DataFrame:
    """Per user the answer of the person most of the accounts belong to, and whether a voted account is ambiguous."""
    truth = data / "truth"
    owners = pd.read_csv(truth / "accounts.csv", dtype=str).dropna(subset="person_id")
    owned = accounts.merge(owners[["account_id", "person_id"]], on="account_id")
    counted = owned.groupby(["user_id", "person_id"]).size().reset_index(name="accounts")
    first = counted.sort_values(["user_id", "accounts", "person_id"], ascending=[True, False, True])
    person = first.drop_duplicates("user_id").set_index("user_id")["person_id"]
    persons = pd.read_csv(truth / "persons.csv", dtype={"person_id": str}).set_index("person_id")["is_job_seeker"]
    items = pd.read_csv(truth / "items.csv", dtype={"account_id": str})
    unclear = owned.merge(items, on="account_id").groupby("user_id")["is_ambiguous"].any()
    told = pd.DataFrame({"is_job_seeker": person.map(persons)})
    return told.assign(is_ambiguous=unclear.reindex(told.index, fill_value=False))
