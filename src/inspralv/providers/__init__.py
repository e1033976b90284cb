"""Voice providers: one contract, one folder and one registry line each.

Nothing here knows tenants, tables or settings. Base addresses are handed down, answers are neutral nouns, and errors
say what the caller should do.
"""
