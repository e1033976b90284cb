"""Starting points for an agent's instructions, by trade. They are meant to be edited: square brackets mark what only the
business knows."""
