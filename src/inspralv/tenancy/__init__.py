"""Partners, their domains and brands, workspaces, members and roles: who belongs where, and who may what.

Contexts and kinds of access live here; every other room declares them on its routes.
"""
