"""Figures of a workspace: the dashboard, the analytics page and the palette's search.

Everything here is read from the daily rollups that the ingest keeps; a page costs the same at ten thousand calls and at a
million.
"""
