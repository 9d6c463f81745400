"""What `job-search why` answers about one account, user, table or slice: as lines for a terminal, or as JSON."""

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.stories import account_stories, explanations, slice_stories, table_stories, whereabouts
from job_search_assets.engine.stories.opened_builds import OpenedBuild, opened
from job_search_assets.logic.provenance import account_text, table_text
from job_search_assets.logic.provenance.stories import AccountStory, UserStory
from job_search_assets.logic.provenance.table_stories import TableStory
from job_search_assets.logic.slices import story
from job_search_assets.logic.slices.story import SliceStory


@dataclass(frozen=True)
class Answer:
    """What there is of that name: an account, a user, a table, or several: ids are whatever people's files say."""

    asked: str
    account: AccountStory | None
    user: UserStory | None
    table: TableStory | None
    slice: SliceStory | None = None

    def lines(self) -> Iterator[str]:
        """As text."""
        told = [
            account_text.of_account(self.account) if self.account else None,
            account_text.of_user(self.user) if self.user else None,
            table_text.of_table(self.table) if self.table else None,
            story.of_slice(self.slice) if self.slice else None,
        ]
        for place, lines in enumerate(filter(None, told)):
            yield from [""] if place else []
            yield from lines

    def as_json(self) -> str:
        """As one JSON object: `asked`, and a key for each kind of thing, null where there is none of that name."""
        told: dict[str, Any] = dataclasses.asdict(self)
        return json.dumps(told, indent=1, ensure_ascii=False)


def why(folders: Folders, asked: str, *, with_values: bool) -> Answer:
    """What became of an account or user, what a table comes from, or who is in a slice. Raises BadInput for others."""
    with opened(folders, [*account_stories.TABLES, *table_stories.TABLES]) as build:
        return answer(build, asked, with_values=with_values)


def told(folders: Folders, asked: str, other: str | None) -> list[str]:
    """The lines of an answer without personal data; with a second account whether the two are one user."""
    if other is not None:
        return list(explanations.why(folders, asked, other, with_values=False))
    return list(why(folders, asked, with_values=False).lines())


def answer(build: OpenedBuild, asked: str, *, with_values: bool = False) -> Answer:
    """The same of an opened build, which many questions can be asked of. Raises BadInput."""
    if not asked.strip():
        raise BadInput("An id is never empty. Name an account, a user or a table.")
    is_account, is_user = account_stories.is_account(build, asked), account_stories.is_user(build, asked)
    is_table = table_stories.is_table(build, asked)
    if not is_account and not is_user and not is_table and slice_stories.is_slice(asked):
        return Answer(asked, None, None, None, slice_stories.of_slice(build, asked))
    if not is_account and not is_user and not is_table:
        raise BadInput(whereabouts.of_nothing(build.warehouse, asked))
    return Answer(
        asked,
        account_stories.of_account(build, asked, with_values=with_values) if is_account else None,
        account_stories.of_user(build, asked, with_values=with_values) if is_user else None,
        table_stories.of_table(build, asked) if is_table else None,
    )
