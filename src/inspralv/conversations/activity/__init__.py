"""What agents asked of us and of a workspace's own server, and what that server was told: the log people read."""
