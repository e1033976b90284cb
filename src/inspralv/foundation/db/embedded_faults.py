"""What can keep the private database server from running; each message says what to do."""


class EmbeddedFault(Exception):
    """The private server could not be started or joined."""


class NoPostgres(EmbeddedFault):
    """No suitable PostgreSQL is on this machine."""


class UnreachableFolder(EmbeddedFault):
    """The folder of the private server cannot be made, or its user may not enter it."""
