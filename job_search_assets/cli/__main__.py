"""`python -m job_search_assets.cli`."""

from job_search_assets.cli import main

main()
