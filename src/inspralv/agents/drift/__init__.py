"""What runs at the provider, compared with what stands here and with what was last sent."""
