"""The invented customers of demo mode."""
