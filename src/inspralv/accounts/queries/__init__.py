"""The statements of accounts, sign-ups, resets and sessions."""
