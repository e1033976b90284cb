"""The operator's console: the platform's staff, their sign-in, and a look over all partners.

Staff are accounts of their own, nobody special on tenant pages. The console reaches the database as another role than
requests do, and only on the platform's own host.
"""
