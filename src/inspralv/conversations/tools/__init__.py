"""Tools at run time: what agents ask for while somebody is on the line."""
