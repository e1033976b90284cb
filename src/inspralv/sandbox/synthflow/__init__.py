"""Synthflow's API: assistants, calls, actions, numbers, voices, webhook logs, and the widget's socket."""
