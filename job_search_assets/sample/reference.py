"""The files of data/reference: what people wrote about sources, labels, corrections and manual steps."""

from pathlib import Path

_SOURCES = """\
# Where data comes from. Figures are invented, of a plausible order.
- id: own_web
  name: Sign-ups on the web site
  owner: product team
  kind: owned
  rights: terms of use section 4
  rows_per_day: 900
  setup_days: 0
  cost_setup: 0
  cost_per_1000_rows: 1
  label_quality: 0.0
  note: no labels
- id: own_app
  name: Sign-ups in the app
  owner: product team
  kind: owned
  rights: terms of use section 4
  rows_per_day: 400
  setup_days: 0
  cost_setup: 0
  cost_per_1000_rows: 1
  label_quality: 0.0
  note: no labels
- id: partner_jobboard
  name: Job board partner
  owner: partnerships
  kind: partner
  rights: contract of 2024, no resale
  rows_per_day: 250
  setup_days: 10
  cost_setup: 2000
  cost_per_1000_rows: 30
  label_quality: 0.0
  note: the same columns by agreement
- id: purchased_list
  name: Purchased contacts
  owner: marketing
  kind: purchased
  rights: bought 2024, consent unclear
  rows_per_day: 120
  setup_days: 3
  cost_setup: 5000
  cost_per_1000_rows: 80
  label_quality: 0.0
  note: more spam than elsewhere
- id: moderation
  name: Moderators' verdicts
  owner: trust and safety
  kind: owned
  rights: internal
  rows_per_day: 60
  setup_days: 0
  cost_setup: 0
  cost_per_1000_rows: 900
  label_quality: 0.97
  note: spam_reports.csv
- id: blocklist_feed
  name: Listed networks
  owner: operations
  kind: public
  rights: free use, attribution
  rows_per_day: 2
  setup_days: 1
  cost_setup: 0
  cost_per_1000_rows: 0
  label_quality: 0.9
  note: ip_blocklist.csv
- id: merge_judgements
  name: Judged account pairs
  owner: data team
  kind: owned
  rights: internal
  rows_per_day: 40
  setup_days: 5
  cost_setup: 800
  cost_per_1000_rows: 700
  label_quality: 0.95
  note: merge_pairs.csv
- id: crowd_votes
  name: Job-seeker votes
  owner: data team
  kind: crowdsourced
  rights: platform terms
  rows_per_day: 300
  setup_days: 7
  cost_setup: 1500
  cost_per_1000_rows: 120
  label_quality: 0.8
  note: job_seeker_votes.csv
  delivers: job_seeker_votes
  proposed_by: data team
  why: half the price of an agency, and the guide can be changed in a day
- id: alumni_office
  name: University alumni office
  owner: nobody yet
  kind: partner
  rights: unknown
  rows_per_day: 50
  setup_days: 40
  cost_setup: 6000
  cost_per_1000_rows: 10
  label_quality: 0.9
  note: an idea; not in use
  status: idea
  delivers: labelled_users
  proposed_by: kim
  why: graduates say themselves whether they are looking
- id: recruiter_panel
  name: Recruiters who label on contract
  owner: data team
  kind: crowdsourced
  rights: by contract, to be signed
  rows_per_day: 150
  setup_days: 5
  cost_setup: 2500
  cost_per_1000_rows: 2400
  label_quality: 0.95
  status: idea
  delivers: job_seeker_votes
  most_rows: 3000
  people_running: 1
  proposed_by: ann
  why: they read profiles for a living
- id: scraped_profiles
  name: Profiles scraped from a network
  owner: nobody yet
  kind: public
  rights: none that would hold
  rows_per_day: 5000
  setup_days: 2
  cost_setup: 300
  cost_per_1000_rows: 5
  label_quality: 0.0
  status: rejected
  proposed_by: a consultant
  why: the network's terms forbid it, and nobody in it was asked
"""

_LABEL_GUIDE = """\
# Is this person looking for a job?

A guide for labellers. Each vote names the version of the guide that it followed (`guide_version`).

## Version 2 (from 2025-09-01)

**Yes** means: the person would take the right offer within the next six months and does something about it, or
has a reason that is plain from the profile (a contract that ends, studies that end, no employer now).

1. Judge the person, not the text: friendly or clumsy words say nothing.
2. Being open to talk is not looking. Somebody settled, in the same firm for years, who says nothing of leaving: **no**.
3. Students: **yes** in the last year of full-time studies, else **no**. Part-time study beside a job alone: **no**.
4. No employer named: **yes** if the last job ended within a year, **no** if the person never worked or has retired.
5. Freelancers: **yes** only if they look for employment, not for customers.
6. Empty profiles: vote as you think most such people would be; do not skip them.
7. In doubt between two rules the higher one counts. Still in doubt: vote **no**.

Never use gender, name, age or where somebody comes from.

## Version 1 (until 2025-08-31)

**Yes** means: the person is looking for a new job, or would like one.

1. Judge the whole profile.
2. Students and people without an employer are mostly looking.
3. In doubt, go with your first impression.

Version 1 left open what to do about freelancers, part-time students and people who are merely open to offers;
labellers disagreed most on these. Version 2 answers them.
"""

_MANUAL_STEPS = """\
# Steps done by hand that no code can repeat yet, each a debt: a warning in a proof of concept, a stop in production
# (JOB_SEARCH_PHASE). One object a step:
# - id: step-1                        any name, once
#   asset: despammed_users            the table, model or input file (files/users) that was changed
#   what: removed three test accounts
#   made_by: kim
#   made_at: 2026-05-04T10:00:00Z
#   why: they were created by the load test
#   owner: kim                        who pays it off; left out: whoever did it
#   file: raw/users.csv               if a file was changed, seen from the data or the build folder
#   hash_before: 3f1c9a0d5e7b...      content hash of the table or file, as the program tells it
#   hash_after: 77e0b2c4d6f8...       an edit that gave this hash is declared
#   closed_by:                        the test that closes it while it passes, as job_search_assets_tests/
#                                     test_users.py::test_a_fact, or the name of an asset check
#   waiver: {by: ann, reason: audit is in July, until: 2026-07-31}
[]
"""

_CORRECTIONS = "correction_id,table,key,action,column,value,made_by,made_at,why\n"


def write_reference(folder: Path) -> None:
    """Write what people would have written; files that are there already are kept."""
    for name, text in (
        ("sources.yaml", _SOURCES),
        ("label_guide.md", _LABEL_GUIDE),
        ("manual_steps.yaml", _MANUAL_STEPS),
        ("corrections.csv", _CORRECTIONS),
    ):
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8")
