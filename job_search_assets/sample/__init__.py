"""A generated sample of raw data, with the truth that real data never comes with.

It plants what the program is about: spam in bursts, a blocklist that wrongs a university, persons with up to six
accounts, look-alikes, careless labellers, rows that break the contract. It shares no code with `logic/`, so that
a mistake there cannot hide here.
"""

from job_search_assets.sample.shares import Shares
from job_search_assets.sample.writing import SampleError, write

__all__ = ["SampleError", "Shares", "write"]
