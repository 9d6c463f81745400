"""Model development: items of the ML Test Score about how a model comes about and how good it is."""

from job_search_assets.logic.readiness.findings import MET, NOT_MET, Finding, none_lacks, there_is, unknown
from job_search_assets.logic.readiness.state import State

MODEL, EVALUATION, SLICES = "job_seeker_model", "model_evaluation", "error_slices"
PROTECTED = ("gender", "region", "country")


def _specs_are_reviewed(state: State) -> Finding:
    lacking = [name for name, card in state.cards.items() if card.code_version != state.code_versions.get(name)]
    found = none_lacks(lacking, "models were fitted by the code that is here", of=len(state.cards))
    if found.verdict != MET:
        return found
    return unknown(f"{found.evidence}; whether a second person reviewed it is not on record", assets=[MODEL])


def _offline_and_online_metrics_correlate(state: State) -> Finding:
    found = [name for name in state.owners if name in ("served_outcomes", "outcome_evaluation")]
    if found:
        return there_is(found, "table of what came true", assets=[EVALUATION])
    return unknown("what came true of predictions that were acted upon is not on record", assets=[MODEL])


def _hyperparameters_are_tuned(state: State) -> Finding:
    lacking = [name for name, card in state.cards.items() if len(card.candidates) < 2]
    return none_lacks(lacking, "models were chosen among several candidates", of=len(state.cards))


def _impact_of_staleness_is_known(state: State) -> Finding:
    found = [name for name in (*state.owners, *state.checks) if "stale" in name or "ageing" in name]
    return there_is(found, "table or check of what a model loses as it ages", assets=[MODEL])


def _a_simpler_model_is_not_better(state: State) -> Finding:
    own, base = _value(state, "log_loss"), _value(state, "base_rate_log_loss")
    if own is None or base is None:
        return Finding(NOT_MET, "test reports no baseline beside the model", ["base_rate_log_loss"], [EVALUATION])
    told = f"log loss on test {own:.6f}, of the base rate {base:.6f}"
    return Finding(MET, told) if own < base else Finding(NOT_MET, told, [MODEL])


def _quality_is_sufficient_on_slices(state: State) -> Finding:
    return _of_slices(state, [one for one in state.much_worse if not _is_protected(one)])


def _it_is_tested_for_inclusion(state: State) -> Finding:
    factors = [name for name in PROTECTED if name in state.columns.get("slice_factors", {})]
    if not factors:
        return Finding(NOT_MET, "errors are sliced by no protected attribute", list(PROTECTED), [SLICES])
    return _of_slices(state, [one for one in state.much_worse if _is_protected(one)])


def _of_slices(state: State, worse: list[str]) -> Finding:
    if not state.slices_tested:
        return unknown("too few users to tell slices apart", assets=[MODEL])
    if worse:
        return Finding(NOT_MET, f"{len(worse)} of {state.slices_tested} slices are proved much worse", worse, [MODEL])
    return Finding(MET, f"none of {state.slices_tested} slices that were tested is proved much worse")


def _is_protected(condition: str) -> bool:
    return any(name in condition for name in PROTECTED)


def _value(state: State, metric: str) -> float | None:
    return state.evaluation.get(metric, {}).get("value")


ITEMS = {
    "model.1": ("Model specs are reviewed and submitted.", _specs_are_reviewed),
    "model.2": ("Offline and online metrics correlate.", _offline_and_online_metrics_correlate),
    "model.3": ("All hyperparameters have been tuned.", _hyperparameters_are_tuned),
    "model.4": ("The impact of model staleness is known.", _impact_of_staleness_is_known),
    "model.5": ("A simpler model is not better.", _a_simpler_model_is_not_better),
    "model.6": ("Model quality is sufficient on important data slices.", _quality_is_sufficient_on_slices),
    "model.7": ("The model is tested for considerations of inclusion.", _it_is_tested_for_inclusion),
}
