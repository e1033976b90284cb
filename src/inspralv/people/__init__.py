"""Who belongs to a partner or a workspace, and how people come in: roles, invitations, removal.

The rules are the same for both circles; `circles.py` says where they differ.
"""
