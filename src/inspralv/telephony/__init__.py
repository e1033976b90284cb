"""Telephone numbers and SIP trunks: brought in by the organisation, lent to a workspace, bound to its agents.

Numbers and trunks are the partner's. A workspace says who answers and who calls; jobs bring that to the provider, and
where a number keeps business hours the provider asks us call by call (`routing`). Agents live upstairs: numbers know
them by id, and the agents' room tells by its jobs when one of them has moved (`tasks.FOLLOW`).
"""
