"""Readiness: the way from a proof of concept to production, its manual steps and what is still missing."""
