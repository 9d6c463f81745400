"""The model card and the data card as files in `reports/`, with their pictures, written from the table `cards`."""

from typing import Any

import dagster as dg
import pandas as pd

from job_search_assets.engine.reporting import pictures
from job_search_assets.engine.reporting.reports import Reports
from job_search_assets.logic.documents import Page, markdown
from job_search_assets.logic.job_seekers import explanation, fitting, learning_curve, signal_curve

TITLES = {
    "model": (
        "Model card: job seekers",
        "What the model is, how good it is and for whom not. Made by the run, not typed in.",
    ),
    "data": ("Data card", "What went in and what became of it, in counts. Made by the run, not typed in."),
}


def write(reports: Reports, facts: pd.DataFrame, drawn: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Writes both cards, with the pictures drawn of each card's sections; returns metadata that lead to them."""
    metadata: dict[str, Any] = {}
    for card, (title, lead) in TITLES.items():
        rows = facts[facts["card"] == card].sort_values("place")[["section", "item", "value"]]
        told = list(rows.itertuples(index=False, name=None))
        written = reports.write_page(f"{card}_card", Page(title, lead, told, drawn[card]))
        metadata |= {f"{card}_card_{kind}": dg.MetadataValue.path(str(path)) for kind, path in written.items()}
        metadata[f"{card}_card"] = dg.MetadataValue.md(markdown(Page(title, lead, told, {})))
    return metadata


def model_pictures(importance: pd.DataFrame, learning: pd.DataFrame, signal: pd.DataFrame) -> dict[str, str]:
    """An SVG for each section of the model card that has one."""
    most = float(learning["labelled_users"].max())
    return {
        "Importance": pictures.bars_svg(explanation.falls(importance)),
        "With fewer and more labels": pictures.lines_svg(
            learning_curve.curves(learning), x="labelled users", y="ROC AUC", x_range=(0.0, most), y_range=(0.5, 1.0)
        ),
        "Where less is told": pictures.lines_svg(
            signal_curve.curves(signal),
            x="fields told",
            y="share right",
            x_range=(0.0, float(len(fitting.INPUTS))),
            y_range=(0.4, 1.0),
        ),
    }


def data_pictures(shares_missing: dict[str, float]) -> dict[str, str]:
    """An SVG for each section of the data card that has one."""
    return {"Missing": pictures.bars_svg(shares_missing)}
