"""The Python Record Linkage Toolkit as its documentation has it, on one data set.

    python -m benchmarks.peer_recordlinkage FOLDER

FOLDER has users.parquet and judged.parquet; a file of users comes beside them for each classifier. As in the
documentation's example of deduplication: blocks and sorted neighbourhoods as index, Jaro-Winkler from .85 for names,
exact comparison for the rest, then the unsupervised ECM classifier, and a logistic regression on the judged pairs.
Pairs that are called matches become users by connected components.
"""

import argparse
from pathlib import Path
from typing import Any

BLOCKS = (
    ["email"],
    ["phone"],
    ["birth_date"],
    ["first_name", "surname"],
    ["surname", "postcode"],
    ["first_name", "postcode"],
    ["surname", "city"],
    ["first_name", "city"],
)
NAMES = ("first_name", "surname", "city")
NEARLY = ("email", "phone", "birth_date", "postcode")
EXACT = (
    "signup_ip",
    "region",
    "gender",
    "major_discipline",
    "company_size",
    "company_type",
    "education_level",
    "last_job_change",
    "training_hours",
)
NEIGHBOURHOODS = ("surname", "first_name", "email")
WINDOW = 9
DOCUMENTED = 0.5
GRID = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99)


def link(folder: Path) -> None:
    """Compares once, and writes the users by each classifier."""
    import pandas as pd

    accounts = _prepared(pd.read_parquet(folder / "users.parquet"))
    judged = _judged(pd.read_parquet(folder / "judged.parquet"), accounts.index)
    likeness = _compared(accounts, _indexed(accounts).union(judged.index))
    probability = _logistic(likeness, judged)
    found = {f"logistic-{threshold:g}": likeness.index[probability >= threshold] for threshold in GRID}
    for name, matches in (("ecm", _ecm(likeness)), *found.items()):
        _components(accounts.index, matches).to_csv(folder / f"recordlinkage-{name}.csv", index=False)


def _prepared(users: Any) -> Any:
    """Names in two columns and one case, numbers without notation; empty values are missing."""
    from recordlinkage.preprocessing import clean, phonenumbers

    users = users.set_index("account_id").sort_index().astype(object)
    users = users.where(users.notna(), None)
    words = clean(users["full_name"].astype("string"), strip_accents="unicode").str.split()
    accounts = users[["birth_date", *EXACT]].copy()
    accounts["birth_date"] = accounts["birth_date"].map(str, na_action="ignore")
    accounts["first_name"], accounts["surname"] = words.str[0], words.where(words.str.len() > 1).str[-1]
    accounts["email"] = users["email"].str.lower()
    accounts["phone"] = phonenumbers(users["phone"].astype("string")).str[-9:]
    accounts["postcode"] = users["postcode"].str.upper()
    accounts["city"] = clean(users["city"].astype("string"), strip_accents="unicode")
    accounts = accounts.astype(object)
    return accounts.where(accounts.notna() & (accounts != ""), None)


def _indexed(accounts: Any) -> Any:
    import recordlinkage

    indexes = [(columns, recordlinkage.index.Block(columns)) for columns in BLOCKS]
    indexes += [([column], recordlinkage.index.SortedNeighbourhood(column, window=WINDOW)) for column in NEIGHBOURHOODS]
    told = ((index, accounts.dropna(subset=columns)) for columns, index in indexes)
    return _ordered(pair for index, rows in told if len(rows) > WINDOW for pair in index.index(rows))


def _ordered(pairs: Any) -> Any:
    """Each pair once, the smaller id first."""
    import pandas as pd

    ordered = (sorted(pair) for pair in pairs)
    return pd.MultiIndex.from_tuples(sorted({(one, two) for one, two in ordered}), names=["left", "right"])


def _judged(judgements: Any, known: Any) -> Any:
    """Whether a pair is one person by the majority of its judges; open ones are left out."""
    import pandas as pd

    both = judgements["account_id_left"].isin(known) & judgements["account_id_right"].isin(known)
    sides = judgements.loc[both, ["account_id_left", "account_id_right"]]
    votes = judgements.loc[both, "is_same_person"].astype(float)
    mean = votes.groupby([sides.min(axis=1).rename("left"), sides.max(axis=1).rename("right")]).mean()
    assert isinstance(mean, pd.Series)
    return (mean[mean != 0.5] > 0.5).astype(int)


def _compared(accounts: Any, pairs: Any) -> Any:
    import recordlinkage

    compare = recordlinkage.Compare()
    for column in NAMES:
        compare.string(column, column, method="jarowinkler", threshold=0.85, label=column)
    for column in NEARLY:
        compare.string(column, column, method="damerau_levenshtein", threshold=0.85, label=column)
    for column in EXACT:
        compare.exact(column, column, label=column)
    return compare.compute(pairs, accounts)


def _ecm(likeness: Any) -> Any:
    import recordlinkage

    # A column in which all pairs are alike has no second class for the classifier.
    varied = likeness.loc[:, likeness.nunique() > 1]
    return recordlinkage.ECMClassifier(binarize=0.5).fit_predict(varied)


def _logistic(likeness: Any, judged: Any) -> Any:
    import recordlinkage

    classifier = recordlinkage.LogisticRegressionClassifier()
    classifier.fit(likeness.loc[judged.index], judged.index[judged == 1])
    return classifier.prob(likeness)


def _components(known: Any, matches: Any) -> Any:
    import numpy as np
    import pandas as pd
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    left, right = known.get_indexer(matches.get_level_values(0)), known.get_indexer(matches.get_level_values(1))
    links = coo_matrix((np.ones(len(left)), (left, right)), shape=(len(known), len(known)))
    return pd.DataFrame({"account_id": known, "user_id": connected_components(links, directed=False)[1]})


def main() -> None:
    """Links the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    link(parser.parse_args().folder)


if __name__ == "__main__":
    main()
