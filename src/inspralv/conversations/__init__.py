"""Calls: how they come in from the providers, how they are started, and what people read of them afterwards."""
