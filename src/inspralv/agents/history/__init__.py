"""What an agent was at each save: the list, comparing, and going back."""
