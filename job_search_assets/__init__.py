"""Raw accounts in; clean users, balanced splits and job-seeker predictions out."""
