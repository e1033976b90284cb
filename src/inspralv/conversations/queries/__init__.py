"""The statements of calls: `calls` writes, `inbox` keeps what providers send, `usage` counts, `reading` shows."""
