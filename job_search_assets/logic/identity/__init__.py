"""How accounts of one person are found: described, paired, compared, weighed, judged, grouped and merged."""
