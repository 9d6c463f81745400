"""Floor 4, the graph of assets: which a run is about, which wait for which, and which are out of date."""
