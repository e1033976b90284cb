"""What people do with trunks and numbers. Nothing here waits for a provider except `fetching`."""
