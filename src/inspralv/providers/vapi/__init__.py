"""Vapi (https://vapi.ai): public API document of 2026-08-18, documentation of 2026-08-20."""
