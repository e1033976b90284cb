"""The statements of members and invitations."""
