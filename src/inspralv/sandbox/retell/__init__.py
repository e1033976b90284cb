"""Retell's API: LLMs, agents, calls and web calls with sound, phone numbers, voices, knowledge bases."""
