"""Branding: what a partner shows of itself on pages and in mails, and how its mail leaves."""
