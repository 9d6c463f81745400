"""Monitoring: items of the ML Test Score about what is noticed once a model serves."""

from job_search_assets.logic.readiness.findings import MET, NOT_MET, Finding, none_lacks, there_is, unknown
from job_search_assets.logic.readiness.state import State

MODEL, SERVED, EVALUATION = "job_seeker_model", "job_seeker_predictions", "model_evaluation"
FIGURE = "roc_auc"  # on test; higher is better
AGREES = "scoring_raw_rows_again_gives_the_same"


def _changes_of_dependencies_are_told(state: State) -> Finding:
    lacking = [name for name, owners in state.owners.items() if not owners]
    return none_lacks(lacking, "files, tables and models have an owner who is told", of=len(state.owners))


def _invariants_hold_for_inputs(state: State) -> Finding:
    raw = [name for name in state.code_versions if name.startswith("raw_")]
    guarded = {check.asset for check in state.checks.values() if check.is_blocking}
    return none_lacks([name for name in raw if name not in guarded], "raw tables have a blocking check", of=len(raw))


def _training_and_serving_are_not_skewed(state: State) -> Finding:
    found = [name for name in state.checks if name == AGREES]
    return there_is(found, "check that serving and training agree", assets=[SERVED])


def _models_are_not_too_stale(state: State) -> Finding:
    lacking = [
        name
        for name, card in state.cards.items()
        if any(
            version != state.versions.get(table) for table, version in card.inputs.items() if table in state.versions
        )
    ]
    return none_lacks(lacking, "models were fitted on the tables as they are now", of=len(state.cards))


def _the_model_is_numerically_stable(state: State) -> Finding:
    column = state.columns.get(SERVED, {}).get("probability")
    if column is None or column.is_nullable or (column.low, column.high) != (0, 1):
        return Finding(NOT_MET, "the probability has no declared bounds", ["probability"], [SERVED])
    return Finding(MET, "the probability is declared from 0 to 1 and never empty; a breach is not published")


def _performance_has_not_regressed(state: State) -> Finding:
    found = [name for name in state.checks if "seconds" in name or "slower" in name or "memory" in name]
    return there_is(found, "check of time or memory", assets=[SERVED])


def _quality_has_not_regressed(state: State) -> Finding:
    now, best = state.evaluation.get(FIGURE), state.evaluation_before.get(FIGURE)
    if now is None or now["value"] is None:
        return unknown(f"test reports no {FIGURE}", assets=[EVALUATION])
    high = now["high"] if now["high"] is not None else now["value"]
    if best is None:
        return Finding(MET, f"{FIGURE} {now['value']:.6f} on test; no earlier one was better")
    told = f"{FIGURE} {now['value']:.6f} on test, at most {high:.6f}; the best before was {best:.6f}"
    return Finding(MET, told) if high >= best else Finding(NOT_MET, told, [FIGURE], [EVALUATION])


ITEMS = {
    "monitoring.1": ("Dependency changes result in notification.", _changes_of_dependencies_are_told),
    "monitoring.2": ("Data invariants hold for inputs.", _invariants_hold_for_inputs),
    "monitoring.3": ("Training and serving are not skewed.", _training_and_serving_are_not_skewed),
    "monitoring.4": ("Models are not too stale.", _models_are_not_too_stale),
    "monitoring.5": ("Models are numerically stable.", _the_model_is_numerically_stable),
    "monitoring.6": ("Computing performance has not regressed.", _performance_has_not_regressed),
    "monitoring.7": ("Prediction quality has not regressed.", _quality_has_not_regressed),
}
