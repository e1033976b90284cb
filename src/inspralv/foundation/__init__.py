"""The ground floor: mechanism, no business word."""
