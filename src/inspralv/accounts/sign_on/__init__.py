"""Signing in through Google and other OpenID providers."""
