"""The statements of brand, pictures and mail settings."""
