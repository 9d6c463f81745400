"""Floor 4, rows that come later: scored beside a build, from files or over HTTP."""
