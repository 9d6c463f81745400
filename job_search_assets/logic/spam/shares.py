"""How much spam a network holds: what is usual, listed and not, and which entries are unlike a listed one.

A network's share of spam is taken as drawn from a Beta distribution, one for listed and one for other networks,
fitted over all of them (empirical Bayes: Efron, Large-Scale Inference, 2010, chapter 1). A network with few
accounts thus has about the usual share, one with many its own. That is what makes an entry a noisy vote.
"""

import numpy as np
import pandas as pd

ROUNDS = 12
GRID = (np.arange(100) + 0.5) / 100  # shares of spam at which an entry's evidence is computed
ORDINARY = 2.0  # times the usual share of spam outside the list: no more than that is no ground for listing
RARE_SPAM = 0.05  # where the estimate begins; it is also where it stays when nothing is known at all


def learn_priors(grouped: pd.DataFrame, *, wrong_entry_share: float) -> pd.DataFrame:
    """The two distributions: kind (listed, unlisted), spam_share, strength (accounts), accounts, networks.

    `grouped`: one row per account with `looks` (log odds of spam without any prior), `group`, `is_listed`.
    Entries that look wrong weigh less: else a few of them would make being wrong look usual.
    """
    grouped = grouped.sort_values(["is_listed", "group", "account_id"], ascending=[False, True, True])
    looks, is_listed = grouped.looks.to_numpy(), grouped.is_listed.to_numpy(dtype=bool)
    group = pd.factorize(grouped.group)[0]
    accounts, entries = np.bincount(group), int(grouped.group[is_listed].nunique())
    evidence = _evidence(group[is_listed], looks[is_listed], entries)
    share, trust = np.full(len(looks), _overall_share(looks)), np.ones(entries)
    for _ in range(ROUNDS):
        spam = _probability(looks + _logit(share))
        total = np.bincount(group, spam)
        listed = _fit_beta(total[:entries], accounts[:entries], trust)
        unlisted = _fit_beta(total[entries:], accounts[entries:], np.ones(len(total) - entries))
        trust = _probability(-_wrong_to_right(evidence, listed, unlisted) - _logit(wrong_entry_share))
        mean, strength = (np.where(is_listed, listed[i], unlisted[i]) for i in (0, 1))
        share = (total[group] - spam + mean * strength) / (accounts[group] - 1 + strength)
    return pd.DataFrame(
        {
            "kind": ["listed", "unlisted"],
            "spam_share": [listed[0], unlisted[0]],
            "strength": [listed[1], unlisted[1]],
            "accounts": [int(is_listed.sum()), int((~is_listed).sum())],
            "networks": [entries, len(accounts) - entries],
        }
    )


def review(
    neighbours: pd.DataFrame, entries: pd.DataFrame, priors: pd.DataFrame, *, wrong_entry_share: float
) -> pd.DataFrame:
    """How likely each entry is to be wrong: its network as it would be had it never been listed.

    `neighbours`: entry_id, account_id, is_in_force, looks. `entries`: entry_id, is_confirmed. Log odds above 0
    make an entry suspect, unless a person confirmed it: the accounts inside fit a network that nobody listed
    better than a listed one, even though only `wrong_entry_share` of entries are wrong.
    """
    entries = entries[["entry_id", "is_confirmed"]].sort_values("entry_id", ignore_index=True)
    neighbours = neighbours.sort_values(["entry_id", "account_id"], ignore_index=True)
    looks = neighbours.looks.to_numpy()
    entry = pd.Index(entries.entry_id).get_indexer(neighbours.entry_id)
    listed, unlisted = (_prior(priors, kind) for kind in ("listed", "unlisted"))
    wrong = _wrong_to_right(_evidence(entry, looks, len(entries)), listed, unlisted) + _logit(wrong_entry_share)
    spam = np.bincount(entry, _probability(looks + _logit(unlisted[0])), minlength=len(entries))
    return entries.assign(
        is_suspect=(wrong.round(6) > 0) & ~entries.is_confirmed,
        log_odds=wrong.round(6),
        accounts=np.bincount(entry, minlength=len(entries)),
        accounts_in_force=np.bincount(entry, neighbours.is_in_force, minlength=len(entries)).astype("int64"),
        spam_looks=spam.round(3),
    )


def _evidence(entry: np.ndarray, looks: np.ndarray, entries: int) -> np.ndarray:
    """For each entry and each share in `GRID`, how well the share explains the looks of the accounts inside."""
    odds = np.exp(looks)
    columns = [np.bincount(entry, np.log(share * odds + 1 - share), minlength=entries) for share in GRID]
    return np.column_stack(columns)


def _wrong_to_right(evidence: np.ndarray, listed: tuple[float, float], unlisted: tuple[float, float]) -> np.ndarray:
    """Log of how much likelier each entry's accounts are if it is wrong than if it is right.

    Wrong: its share of spam is anything up to `ORDINARY` times what is usual outside the list. Right: it is
    larger, as listed networks' shares are.
    """
    from scipy.special import betainc, logsumexp

    ordinary = min(ORDINARY * unlisted[0], 0.5)
    edges = np.maximum(np.arange(len(GRID) + 1) / len(GRID), ordinary)
    right = np.diff(betainc(listed[0] * listed[1], (1 - listed[0]) * listed[1], edges))
    wrong = np.diff(np.minimum(np.arange(len(GRID) + 1) / len(GRID), ordinary))
    # Weighed sums of likelihoods in logarithms: those of an entry with hundreds of accounts are too small for floats.
    odds: np.ndarray = logsumexp(evidence, b=wrong / wrong.sum(), axis=1) - logsumexp(
        evidence, b=right / right.sum(), axis=1
    )
    return odds


def _fit_beta(spam: np.ndarray, accounts: np.ndarray, trust: np.ndarray) -> tuple[float, float]:
    """Mean and strength of the Beta distribution that the networks' shares come from.

    Maximum of the Beta-binomial likelihood with expected counts, and with a mild belief that a network's
    share is worth a few accounts (log-normal around e), which decides where networks are few.
    """
    from scipy.optimize import minimize
    from scipy.special import betaln

    if not len(accounts):
        return 0.5, 2.0
    cells, cell = np.unique(np.column_stack([spam.round(2), accounts]), axis=0, return_inverse=True)
    spam, accounts, times = cells[:, 0], cells[:, 1], np.bincount(cell.ravel(), trust)

    def surprise(point: np.ndarray) -> float:
        a, b = _probability(point[0]) * np.exp(point[1]), _probability(-point[0]) * np.exp(point[1])
        fit = times @ (betaln(spam + a, accounts - spam + b) - betaln(a, b))
        return float(-fit + 0.5 * (point[1] - 1) ** 2)

    start = [_logit(np.clip(times @ spam / (times @ accounts), 0.01, 0.99)), 1.0]
    best = minimize(surprise, start, method="Nelder-Mead", bounds=[(-7, 7), (-2, 7)], options={"xatol": 1e-4}).x
    return round(float(_probability(best[0])), 6), round(float(np.exp(best[1])), 6)


def _overall_share(looks: np.ndarray) -> float:
    share = RARE_SPAM
    for _ in range(100):  # Saerens, Latinne and Decaestecker 2002: the share of spam that explains the scores
        share = float(_probability(looks + _logit(share)).mean())
    return min(max(share, 1e-4), 1 - 1e-4)


def _prior(priors: pd.DataFrame, kind: str) -> tuple[float, float]:
    row = priors.set_index("kind").to_dict("index")[kind]
    return row["spam_share"], row["strength"]


def _logit(share: np.ndarray | float) -> np.ndarray:
    return np.log(share / (1 - np.asarray(share)))


def _probability(log_odds: np.ndarray | float) -> np.ndarray:
    return 1 / (1 + np.exp(-log_odds))
