"""Retell (https://retellai.com): types of the official SDK 6.2.13, documentation of autumn 2026."""
