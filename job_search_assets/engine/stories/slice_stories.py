"""A slice's users, sources, labellers and votes, read from an opened build.

The text of a slice is a condition on `slice_factors`. Whoever asks may write one of their own, so it is read before it
is put into a query: columns, values, comparisons and what joins them, and nothing that could reach a file or a table.
"""

import duckdb

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.stories.opened_builds import OpenedBuild
from job_search_assets.engine.tables.reading import Row, row, rows
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.slices.factors import GIVEN, factor_names
from job_search_assets.logic.slices.story import SliceLabeller, SliceSource, SliceStory

TABLES = ("slice_factors", "job_seeker_labels", "labeller_influence", "raw_job_seeker_votes", "user_accounts")
_SIGNS = ("<", ">", "=", " is ", " in ", " like ")
_WRONG = "((probability > 0.5) <> is_job_seeker)::INT"
_SURPRISE = "-ln(greatest(CASE WHEN is_job_seeker THEN probability ELSE 1 - probability END, 1e-6))"
# Each labeller's last vote on an account of a labelled user, and whether the user's label says otherwise.
_VOTES = """SELECT user_id, labeller, arg_max(v.is_job_seeker, labelled_at) <> any_value(l.is_job_seeker) AS is_against
    FROM raw_job_seeker_votes AS v JOIN user_accounts USING (account_id) JOIN job_seeker_labels AS l USING (user_id)
    GROUP BY user_id, account_id, labeller"""


def is_slice(asked: str) -> bool:
    """Whether the text looks like a condition, as no id of an account, a user or a table does."""
    return asked.strip().lower() == "true" or any(sign in asked.lower() for sign in _SIGNS)


def condition(asked: str) -> str:
    """The condition as SQL. Raises BadInput for what is no condition on the factors alone."""
    import sqlglot
    from sqlglot import exp

    joined = (exp.And, exp.Or, exp.Not, exp.Paren, exp.Is, exp.In, exp.Like, exp.Between)
    compared = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
    plain = (exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Neg)
    try:
        read = sqlglot.parse_one(asked, dialect="duckdb")
    except sqlglot.errors.SqlglotError:
        raise BadInput(f"{asked!r} cannot be read as a condition, such as `training_hours <= 20`.") from None
    strange = [node for node in read.walk() if not isinstance(node, (*joined, *compared, *plain))]
    names = {column.name for column in read.find_all(exp.Column)}
    unknown = sorted(names - {*factor_names(), *GIVEN})
    if strange:
        raise BadInput(f"{asked!r} is no condition: only columns, values, comparisons, AND, OR and NOT are read.")
    if unknown:
        raise BadInput(f"{', '.join(unknown)}: slice_factors has no such column. It has {', '.join(factor_names())}.")
    return str(read.sql(dialect="duckdb"))


def users_of(warehouse: Warehouse, asked: str) -> list[str]:
    """The slice's users, in the order of their ids. Raises BadInput where there is none, or no such condition."""
    missing = sorted(set(TABLES) - set(warehouse.connection.list_tables()))
    if missing:
        raise BadInput(f"{', '.join(missing)} is not built yet. Run `job-search run` first.")
    try:
        found = rows(warehouse, f"SELECT user_id FROM slice_factors WHERE {condition(asked)} ORDER BY user_id")
    except duckdb.Error as problem:
        kind = type(problem).__name__
        raise BadInput(f"{asked!r} cannot be asked of slice_factors ({kind}): compare like with like.") from None
    if not found:
        raise BadInput(f"No user outside train meets {asked!r}. `slice_factors` has who could.")
    return [user["user_id"] for user in found]


def of_slice(build: OpenedBuild, asked: str) -> SliceStory:
    """Where the slice's rows come from and who labelled them."""
    users = users_of(build.warehouse, asked)
    build.warehouse.duckdb.execute("CREATE OR REPLACE TEMP TABLE asked_slice(user_id VARCHAR)")
    build.warehouse.duckdb.executemany("INSERT INTO asked_slice VALUES (?)", [[user] for user in users])
    inside = _whole(build.warehouse, "SEMI") or {}
    outside = _whole(build.warehouse, "ANTI") or {}
    return SliceStory(
        slice=asked,
        users=len(users),
        job_seekers=inside["seekers"],
        ambiguous=inside["ambiguous"],
        wrong=inside["wrong"],
        wrong_outside=outside.get("wrong"),
        log_loss=inside["surprise"],
        log_loss_outside=outside.get("surprise"),
        doubtful=inside["doubtful"],
        sources=tuple(SliceSource(**source) for source in _sources(build.warehouse)),
        labellers=tuple(SliceLabeller(**labeller) for labeller in _labellers(build.warehouse)),
        keys=tuple(users),
    )


def _whole(warehouse: Warehouse, join: str) -> Row | None:
    """Numbers over the users inside (SEMI) or outside (ANTI)."""
    return row(
        warehouse,
        f"""SELECT sum(s.is_job_seeker::INT)::BIGINT AS seekers, sum(s.is_ambiguous::INT)::BIGINT AS ambiguous,
                   round(avg({_WRONG}), 6) AS wrong, round(avg({_SURPRISE}), 6) AS surprise,
                   round(sum(1 - confidence), 6) AS doubtful
            FROM (SELECT s.*, l.confidence FROM slice_factors AS s JOIN job_seeker_labels AS l USING (user_id)) AS s
            {join} JOIN asked_slice USING (user_id)""",
    )


def _sources(warehouse: Warehouse) -> list[Row]:
    is_in = "user_id IN (SELECT user_id FROM asked_slice)"
    return rows(
        warehouse,
        f"""SELECT coalesce(source, 'no source') AS source, count(*) FILTER ({is_in}) AS users,
                   round(avg({_WRONG}) FILTER ({is_in}), 6) AS wrong, count(*) AS users_everywhere,
                   round(avg({_WRONG}), 6) AS wrong_everywhere
            FROM slice_factors GROUP BY ALL HAVING users > 0 ORDER BY users DESC, source""",
    )


def _labellers(warehouse: Warehouse) -> list[Row]:
    """Those who voted on the slice's users, the one whose votes there go against the label most often first."""
    is_in = "user_id IN (SELECT user_id FROM asked_slice)"
    return rows(
        warehouse,
        f"""WITH cast_votes AS ({_VOTES}),
            hang AS (SELECT labeller, count(*) AS labels FROM labeller_influence SEMI JOIN asked_slice USING (user_id)
                     GROUP BY labeller)
            SELECT labeller, count(*) FILTER ({is_in}) AS votes,
                   round(avg(is_against::INT) FILTER ({is_in}), 6) AS against,
                   round(avg(is_against::INT), 6) AS against_everywhere,
                   coalesce(any_value(labels), 0)::BIGINT AS labels_that_hang
            FROM cast_votes LEFT JOIN hang USING (labeller) GROUP BY labeller HAVING votes > 0
            ORDER BY against DESC, labeller""",
    )
