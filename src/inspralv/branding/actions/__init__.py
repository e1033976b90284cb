"""What is done to brand, pictures and mail settings."""
