"""The pages of brand and mail."""
