"""What people changed in the inputs, what stands about each account, and what changed when they changed it.

`corrections` applies the ledger to raw rows, `effects` tells beforehand what new lines would do, and `outcomes` says
what was decided about each account. `history` and `figures` log decisions and figures step by step, `repairs` which
corrections were followed; `letters` makes of them who was wronged.

`stories` are what `job-search why` tells of one account, user or table; `reasons`, `ties`, `votes` and `lineage` read
them off the tables, and the modules that end in `_text` put them into lines.
"""

from job_search_assets.logic.provenance.corrections import applied, correct, in_force, unmatched

__all__ = ["applied", "correct", "in_force", "unmatched"]
