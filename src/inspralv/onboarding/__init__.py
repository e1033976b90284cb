"""How an agency becomes a partner: it applies, the operator decides, and everything it needs is made at once."""
