"""The web server: Granian with the options that production wants."""

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

from inspralv.settings import Settings

_SECONDS_TO_FINISH = 10  # for requests under way; open event streams are cut then
_HEADER_MILLISECONDS = 15_000  # a client that sends its headers more slowly is dropped


def serve_web(settings: Settings) -> None:
    """Serves `inspralv.asgi:create_app` until SIGTERM or SIGINT. The factory reads the settings itself, per process."""
    web = settings.web
    Granian(
        "inspralv.asgi:create_app",
        factory=True,
        interface=Interfaces.ASGI,
        address=web.host,
        port=web.port,
        workers=web.workers,
        loop=Loops.uvloop,
        http=HTTPModes.http1,  # HTTP/2 and TLS belong to the proxy in front
        http1_settings=HTTP1Settings(keep_alive=True, header_read_timeout=_HEADER_MILLISECONDS),
        websockets=False,  # live views are server-sent events
        log_level=LogLevels(settings.logs.level),
        log_access=False,  # the application logs requests, with tenant and request id
        workers_kill_timeout=_SECONDS_TO_FINISH,
        respawn_failed_workers=web.workers > 1,  # with one worker a failure is for the supervisor to see
    ).serve()
