"""The spam stage: which accounts are no people, on what grounds, and which list entries are wrong.

An account's score is a sum of log odds, so that each part can be shown, and taken away again: the share of
spam among accounts outside any listed network, what the account itself looks like (`model`), what moderators
said who looked at it (`scores`), and the network that it came from (`evidence`). The model never sees the
blocklist, which is why it can tell when an entry of the list is wrong (`review`).
"""
