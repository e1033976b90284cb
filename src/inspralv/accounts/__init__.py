"""Accounts: sign-up, sign-in, sessions, passwords, and the mails that go with them.

An account belongs to one partner. No answer here tells whether an address has one.
"""
