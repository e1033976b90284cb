"""The API of brand and mail."""
