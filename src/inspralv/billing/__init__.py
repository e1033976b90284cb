"""Plans in use: what is used of each limit, who is told, and what is refused when the minutes are gone."""
