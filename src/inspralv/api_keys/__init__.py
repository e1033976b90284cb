"""API keys: how programs use the API with a part of their person's rights."""
