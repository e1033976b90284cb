"""Partners' own domains: proved by DNS, watched daily, lost before somebody else can take them."""
