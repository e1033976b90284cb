"""PostgreSQL: its server, connections, transactions, rows and migrations."""
