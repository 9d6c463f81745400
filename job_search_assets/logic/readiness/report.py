"""The readiness report: 28 items of a published questionnaire, each judged from the project's state, and the score.

The items are those of Breck et al., "The ML Test Score: A Rubric for ML Production Readiness and Technical Debt
Reduction" (IEEE Big Data 2017). As there, an item that is met automatically counts a point, the score of a section is
the sum of its points, and the score of the project is that of its weakest section. What cannot be computed counts none.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from job_search_assets.logic.readiness import of_data, of_infrastructure, of_models, of_monitoring
from job_search_assets.logic.readiness.findings import MET, named
from job_search_assets.logic.readiness.state import State

SECTIONS = {
    "features and data": of_data.ITEMS,
    "model development": of_models.ITEMS,
    "infrastructure": of_infrastructure.ITEMS,
    "monitoring": of_monitoring.ITEMS,
}
COLUMNS = ("item", "section", "question", "verdict", "points", "evidence", "lacking", "predictions")
# What a score means, in short, by the paper: the highest score of each class.
CLASSES = (
    (0.0, "a research project rather than a product"),
    (1.0, "tested in part; serious holes are to be expected"),
    (2.0, "a first pass at production; more has to be invested"),
    (3.0, "reasonably tested; more of it can be automated"),
    (5.0, "strongly tested and monitored, by machines"),
    (7.0, "exceptionally tested and monitored, by machines"),
)


def judge(state: State) -> pd.DataFrame:
    """A row an item, with the columns of `readiness`."""
    return pd.DataFrame(list(_rows(state)), columns=list(COLUMNS))


def _rows(state: State) -> Iterator[tuple[Any, ...]]:
    for section, items in SECTIONS.items():
        for item, (question, ask) in items.items():
            found = ask(state)
            is_met = found.verdict == MET
            assets = found.lacking if found.assets is None else found.assets
            hanging = 0 if is_met else state.hanging(assets)
            yield item, section, question, found.verdict, float(is_met), found.evidence, named(found.lacking), hanging


def scores(readiness: pd.DataFrame) -> dict[str, float]:
    """Points by section, and `score`, the least of them."""
    by_section = {section: float(readiness.loc[readiness.section == section, "points"].sum()) for section in SECTIONS}
    return {**by_section, "score": min(by_section.values())}


def meaning(score: float) -> str:
    """What the paper says of a system with that score."""
    return next(words for most, words in CLASSES if score <= most)


def missing(readiness: pd.DataFrame) -> pd.DataFrame:
    """The items that are not met, those first on which most predictions hang."""
    lacking = readiness[readiness.verdict != MET]
    return lacking.sort_values(["predictions", "item"], ascending=[False, True], ignore_index=True)


def told(readiness: pd.DataFrame, manual_steps: pd.DataFrame) -> Mapping[str, Any]:
    """The parts of the report for people: score, what is missing, manual steps, all items."""
    found = scores(readiness)
    steps = manual_steps[["step", "asset", "owner", "made_by", "made_at", "waived_until", "closed_by", "predictions"]]
    return {
        "score": found["score"],
        "meaning": meaning(found["score"]),
        "sections": {name: points for name, points in found.items() if name != "score"},
        "missing": _texts(missing(readiness)[["predictions", "item", "question", "verdict", "evidence", "lacking"]]),
        "steps": _texts(steps.sort_values(["predictions", "step"], ascending=[False, True])),
        "items": _texts(readiness[["item", "question", "verdict", "evidence"]]),
    }


def _texts(frame: pd.DataFrame) -> list[dict[str, str]]:
    return [
        {str(name): "" if pd.isna(value) else str(value) for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


TITLES = {
    "missing": "Missing for production, by how many predictions hang on it",
    "steps": "Done by hand, by how many predictions hang on it",
    "items": "All items",
}


def as_markdown(parts: Mapping[str, Any]) -> str:
    """The report as Markdown."""
    lines = ["# Readiness", "", f"Score {parts['score']:g} of 7: {parts['meaning']}.", ""]
    lines += [f"- {name}: {points:g} of 7" for name, points in parts["sections"].items()]
    for part, title in TITLES.items():
        lines += ["", f"## {title}", "", *_markdown_table(parts[part])]
    return "\n".join([*lines, ""])


def _markdown_table(rows: Sequence[Mapping[str, str]]) -> list[str]:
    if not rows:
        return ["Nothing."]
    lines = [
        list(rows[0]),
        ["---"] * len(rows[0]),
        *([text.replace("|", "\\|") for text in row.values()] for row in rows),
    ]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def as_html(parts: Mapping[str, Any]) -> str:
    """The report as one page without scripts."""
    sections = "".join(f"<li>{escape(name)}: {points:g} of 7</li>" for name, points in parts["sections"].items())
    tables = "".join(f"<h2>{escape(title)}</h2>{_html_table(parts[part])}" for part, title in TITLES.items())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Readiness</title>'
        "<style>body{font-family:sans-serif}td,th{border-bottom:1px solid #ccc;padding:.3em;text-align:left}</style>"
        f"</head><body><h1>Readiness</h1><p>Score {parts['score']:g} of 7: {escape(parts['meaning'])}.</p>"
        f"<ul>{sections}</ul>{tables}</body></html>\n"
    )


def _html_table(rows: Sequence[Mapping[str, str]]) -> str:
    if not rows:
        return "<p>Nothing.</p>"
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    body = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row.values())}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"
