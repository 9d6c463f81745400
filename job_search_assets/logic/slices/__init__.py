"""Slices: where the job-seeker model errs more than elsewhere, found on half of the users and proved on the rest."""
