"""Applying, deciding, and making everything a partner needs."""
