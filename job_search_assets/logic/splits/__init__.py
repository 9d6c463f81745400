"""Who learns, who chooses and who grades: labelled users divided by exact counts, evenly, and for good.

A random 60/20/20 of 100 users with 30 positives gives 18/6/6 in one draw of twenty-one. So the counts are settled
first, in whole numbers (`exactness`), then spread evenly over what users are like (`evenness`), and only who goes
where is drawn (`drawing`). A ledger remembers it (`past`), so that nobody moves when others come.
"""
