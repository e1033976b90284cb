from inspralv.foundation.outbound.client import Outbound
from inspralv.foundation.outbound.egress import Egress


class GuardedOutbound(Outbound):
    """For addresses that come from outside the house: it reaches the public internet only, never our own machines."""

    def __init__(self) -> None:
        super().__init__(egress=Egress())
