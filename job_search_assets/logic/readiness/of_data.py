"""Features and data: items of the ML Test Score about what a model sees."""

from job_search_assets.logic.readiness.findings import NOT_MET, Finding, none_lacks, there_is, unknown
from job_search_assets.logic.readiness.state import State

FEATURES_TABLE = "clean_users"
MODEL = "job_seeker_model"
# Who somebody is, where rows came from, and when: never a reason for a prediction about work.
KEPT_OUT = {"gender", "region", "country", "source", "device", "account_count", "account_id", "user_id", "created_at"}
PERSONAL = {"full_name", "email", "phone", "birth_date", "city", "postcode", "signup_ip", "about"}


def _expectations_are_in_a_schema(state: State) -> Finding:
    declared = state.columns.get(FEATURES_TABLE, {})
    lacking = [name for name in state.features if name not in declared or not declared[name].description]
    return none_lacks(lacking, "features are declared columns", of=len(state.features), assets=[FEATURES_TABLE])


def _all_features_are_beneficial(state: State) -> Finding:
    if not state.worth:
        return Finding(NOT_MET, "no table tells what each feature is worth", list(state.features), [MODEL])
    lacking = [name for name in state.features if state.worth.get(name, 0.0) <= 0]
    return none_lacks(lacking, "features are worth something", of=len(state.features), assets=[MODEL])


def _no_feature_costs_too_much(state: State) -> Finding:
    return unknown("what a feature costs to collect and to compute is not on record", assets=[FEATURES_TABLE])


def _features_meet_requirements(state: State) -> Finding:
    lacking = [name for name in state.features if name in KEPT_OUT]
    return none_lacks(lacking, "features are not kept out of models", of=len(state.features), assets=[MODEL])


def _privacy_is_controlled(state: State) -> Finding:
    personal = [name for name in state.features if name in PERSONAL]
    if personal:
        return Finding(NOT_MET, "personal data are features", personal, [MODEL])
    if state.tests is None:
        return unknown("the program came without its tests", assets=[FEATURES_TABLE])
    found = [name for name in state.all_of_tests("commands") if name == "forget"]
    return there_is(found, "tested erasure of a person", assets=[FEATURES_TABLE])


def _features_are_added_quickly(state: State) -> Finding:
    return unknown("how long it takes from an idea to production is not on record", assets=[FEATURES_TABLE])


def _feature_code_is_tested(state: State) -> Finding:
    if state.tests is None:
        return unknown("the program came without its tests", assets=[FEATURES_TABLE])
    tested = state.all_of_tests("words")
    lacking = [name for name in state.feature_code if name.rpartition(".")[2] not in tested]
    told = none_lacks(lacking, "functions that make features are called in tests", of=len(state.feature_code))
    return Finding(told.verdict, told.evidence, told.lacking, [FEATURES_TABLE])


ITEMS = {
    "data.1": ("Feature expectations are captured in a schema.", _expectations_are_in_a_schema),
    "data.2": ("All features are beneficial.", _all_features_are_beneficial),
    "data.3": ("No feature's cost is too much.", _no_feature_costs_too_much),
    "data.4": ("Features adhere to meta-level requirements.", _features_meet_requirements),
    "data.5": ("The data pipeline has appropriate privacy controls.", _privacy_is_controlled),
    "data.6": ("New features can be added quickly.", _features_are_added_quickly),
    "data.7": ("All input feature code is tested.", _feature_code_is_tested),
}
