"""Voice agents: what they say and sound like, kept here and brought to the provider by jobs.

An agent is saved at once, whatever the provider says; its sync state tells how far the provider has followed. Other
rooms read agents through `queries` and make calls with what `spec` and `policy` say.
"""
