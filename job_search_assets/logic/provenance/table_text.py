"""What a table or model comes from, as lines: files, steps, versions, since when."""

from collections.abc import Iterator

from job_search_assets.logic.provenance.layout import columns, section
from job_search_assets.logic.provenance.table_stories import Making, Original, TableStory

_DIGITS = 12  # of a hash: enough to tell two apart by eye; --json has them whole


def of_table(story: TableStory) -> Iterator[str]:
    """The lines of a table's story, from the files to the table itself."""
    own = story.steps[-1]
    what = f"a table of {story.rows:,} rows" if story.rows is not None else "a model"
    yield f"{story.name} is {what}, owned by {own.owner or 'nobody'}."
    yield from section("Made", _made(story, own))
    yield from section("Files", columns(_file_rows(story)))
    if story.originals:
        yield from section("Elsewhere", columns(map(_original, story.originals)))
    yield from section("Steps", columns(map(_step, story.steps)))
    yield from section("Models", _models(story))


def _made(story: TableStory, own: Making) -> Iterator[str]:
    yield f"{story.made_at}, unchanged since {story.unchanged_since}" if story.made_at else "when is not on record"
    yield f"version {own.version}, by code {own.code_version}"
    if story.is_behind:
        yield "made again since what follows was written down: `job-search run` brings it in line"


def _file_rows(story: TableStory) -> Iterator[tuple[str, str, str]]:
    for file in story.files:
        yield file.path, f"sha256 {file.sha256[:_DIGITS]}", f"owner: {file.owner}" if file.owner else ""


def _original(file: Original) -> tuple[str, str, str, str]:
    return file.location, f"sha256 {file.sha256[:_DIGITS]}", f"source: {file.source}, owner: {file.owner}", file.state


def _step(step: Making) -> tuple[str, str, str, str]:
    behind = f"made before {', '.join(step.behind)} changed" if step.behind else ""
    return step.name, f"version {step.version[:_DIGITS]}", f"code {step.code_version}", behind


def _models(story: TableStory) -> Iterator[str]:
    models = [step for step in story.steps if step.is_model]
    if not models:
        yield "none was applied"
    for model in models:
        mode = f"held: {', '.join(model.behind)} changed since" if model.behind else "fitted on its inputs as they are"
        yield f"{model.name} {model.version}, {mode}"
