from collections.abc import Iterable

from inspralv.foundation.outbound.client import Outbound
from inspralv.foundation.outbound.egress import Egress


class GuardedOutbound(Outbound):
    """For addresses that come from users or from providers' answers: the public internet only, never our own machines,
    save for the networks in `allow` ("10.1.0.0/16")."""

    def __init__(self, allow: Iterable[str] = ()) -> None:
        super().__init__(egress=Egress(allow=allow))
