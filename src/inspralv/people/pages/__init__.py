"""Pages of members and invitations; the organisation's and a workspace's look alike."""
