"""Inspralv: a white-label platform on which agencies manage AI voice agents."""

__version__ = "0.1.0"
