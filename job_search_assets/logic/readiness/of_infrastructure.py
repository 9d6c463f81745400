"""Infrastructure: items of the ML Test Score about the code that trains, proves and serves."""

from job_search_assets.logic.readiness.findings import Finding, none_lacks, there_is, unknown
from job_search_assets.logic.readiness.state import State

MODEL, EVALUATION = "job_seeker_model", "model_evaluation"
WITHOUT_TESTS = "the program came without its tests"


def _training_is_reproducible(state: State) -> Finding:
    return _tests(state, "fitted_twice", "test that a model fitted twice is the same")


def _specs_are_unit_tested(state: State) -> Finding:
    if state.tests is None:
        return unknown(WITHOUT_TESTS, assets=[MODEL])
    tested = state.all_of_tests("modules")
    lacking = [name for name, modules in state.model_modules.items() if not {*modules} & tested]
    return none_lacks(lacking, "models have tests of the code that fits them", of=len(state.model_modules))


def _the_pipeline_is_integration_tested(state: State) -> Finding:
    return _commands(state, {"run"}, "test that runs the whole pipeline")


def _quality_is_validated_before_serving(state: State) -> Finding:
    found = [
        name
        for name, check in state.checks.items()
        if check.is_blocking and check.asset in (MODEL, EVALUATION) and not name.endswith("_keeps_its_schema")
    ]
    return there_is(found, "blocking check of a model's quality", assets=[MODEL])


def _the_model_is_debuggable(state: State) -> Finding:
    found = [name for name in state.checks if name.endswith("can_be_explained")]
    return there_is(found, "check that every decision can be explained step by step", assets=["decisions"])


def _models_are_canaried(state: State) -> Finding:
    found = [name for name in (*state.owners, *state.checks) if "canary" in name or "shadow" in name]
    return there_is(found, "table or check of a canary", assets=[MODEL])


def _models_can_be_rolled_back(state: State) -> Finding:
    return _commands(state, {"repair --prove"}, "test of a repair that is proved by a rebuild")


def _tests(state: State, part: str, what: str) -> Finding:
    if state.tests is None:
        return unknown(WITHOUT_TESTS, assets=[MODEL])
    return there_is([name for name in state.all_of_tests("tests") if part in name], what, assets=[MODEL])


def _commands(state: State, commands: set[str], what: str) -> Finding:
    if state.tests is None:
        return unknown(WITHOUT_TESTS, assets=[MODEL])
    files = [name for name, file in state.tests.items() if file.commands & commands]
    return there_is(files, what, assets=[MODEL])


ITEMS = {
    "infrastructure.1": ("Training is reproducible.", _training_is_reproducible),
    "infrastructure.2": ("Model specs are unit tested.", _specs_are_unit_tested),
    "infrastructure.3": ("The ML pipeline is integration tested.", _the_pipeline_is_integration_tested),
    "infrastructure.4": ("Model quality is validated before serving.", _quality_is_validated_before_serving),
    "infrastructure.5": ("The model is debuggable.", _the_model_is_debuggable),
    "infrastructure.6": ("Models are canaried before serving.", _models_are_canaried),
    "infrastructure.7": ("Serving models can be rolled back.", _models_can_be_rolled_back),
}
