"""Readiness: nothing that was done by hand is left unpaid."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.checks.judged import judged
from job_search_assets.engine.guarding import gate
from job_search_assets.engine.reporting.projects import Project


@dg.asset_check(asset="manual_steps")
def every_manual_step_is_paid_off(
    context: dg.AssetCheckExecutionContext, manual_steps: ir.Table, project: dg.ResourceParam[Project]
) -> dg.AssetCheckResult:
    """Production stops at each open step; until then it is a debt, with an owner, an age and what hangs on it."""
    found = project.standings(manual_steps, context.instance, now=gate.now())
    return judged(
        not found["open"],
        {name: told for name, told in found.items() if told},
        to_do="Put a test in its place and name it as closed_by, or let it stand for a while with a waiver, in "
        "reference/manual_steps.yaml.",
    )
