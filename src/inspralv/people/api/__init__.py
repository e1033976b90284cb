"""The API of members and invitations."""
