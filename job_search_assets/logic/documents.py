"""A page of facts with pictures, as Markdown and as HTML that needs nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222;background:#fff}"
    "table{border-collapse:collapse;width:100%}td{border-top:1px solid #ddd;padding:.3em .6em;vertical-align:top}"
    "td:first-child{width:40%}img{max-width:100%}"
)


@dataclass(frozen=True)
class Page:
    """A title, a sentence on what it is, rows (section, item, value) in their order, and an SVG for some sections."""

    title: str
    lead: str
    rows: Sequence[tuple[str, str, str]]
    pictures: Mapping[str, str]


def markdown(page: Page) -> str:
    """The page as Markdown."""
    parts = [f"# {page.title}", page.lead]
    for section, rows in _sections(page).items():
        parts.append(f"## {section}")
        if section in page.pictures:
            parts.append(f"![{section}]({_address(page.pictures[section])})")
        parts.append(
            "\n".join(["| | |", "|---|---|", *(f"| {_cell(item)} | {_cell(value)} |" for item, value in rows)])
        )
    return "\n\n".join(parts) + "\n"


def html(page: Page) -> str:
    """The page as one HTML file, its pictures inside."""
    parts = [f"<h1>{escape(page.title)}</h1>", f"<p>{escape(page.lead)}</p>"]
    for section, rows in _sections(page).items():
        parts.append(f"<h2>{escape(section)}</h2>")
        if section in page.pictures:
            parts.append(f'<img alt="{escape(section)}" src="{_address(page.pictures[section])}">')
        cells = "".join(f"<tr><td>{escape(item)}</td><td>{escape(value)}</td></tr>\n" for item, value in rows)
        parts.append(f"<table>\n{cells}</table>")
    head = f'<meta charset="utf-8"><title>{escape(page.title)}</title><style>{STYLE}</style>'
    body = "\n".join(parts)
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def _sections(page: Page) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for section, item, value in page.rows:
        found.setdefault(section, []).append((item, value))
    return found


def _address(svg: str) -> str:
    return f"data:image/svg+xml,{quote(svg)}"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
