"""The reader of the event log: seals its entries into one hash chain per partner, and proves the chain.

Entries are written unchained, so that writers never queue behind each other; sealing follows within a minute.
"""
