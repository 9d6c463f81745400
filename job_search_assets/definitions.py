"""Where everything meets: assets, checks, jobs and what they run on. Dagster loads `defs` from here."""

import dagster as dg

import job_search_assets.assets
import job_search_assets.checks
from job_search_assets.assets.corrections import correct, repair
from job_search_assets.assets.questions import impact, why
from job_search_assets.assets.scoring import score
from job_search_assets.assets.sources import look_at_files
from job_search_assets.engine.running.deployment import described, resources
from job_search_assets.engine.running.progress import progress_logger

defs: dg.Definitions = dg.Definitions(
    assets=[
        described(asset) for asset in dg.load_assets_from_package_module(job_search_assets.assets, include_specs=True)
    ],
    asset_checks=dg.load_asset_checks_from_package_module(job_search_assets.checks),
    jobs=[
        look_at_files,
        correct,
        repair,
        why,
        impact,
        score,
        dg.define_asset_job(
            "everything",
            dg.AssetSelection.all(),
            description="Materialises every asset and runs every check.",
        ),
        dg.define_asset_job(
            "all_checks",
            dg.AssetSelection.all_asset_checks(),
            description="Runs every check on the tables as they are; what CI runs.",
        ),
    ],
    loggers={"console": dg.colored_console_logger, "progress": progress_logger},
    resources=resources(lambda: defs),
    executor=dg.in_process_executor,
)
