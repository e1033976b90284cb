"""Small caches, declared beside the data with what makes them stale, evicted on every process by a notification sent
in the transaction that changes the data."""
