"""What people do to memberships and invitations."""
