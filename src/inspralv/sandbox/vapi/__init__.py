"""Vapi's API: assistants, calls, web calls, phone numbers, files, credentials."""
