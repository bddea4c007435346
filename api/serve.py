"""`python -m api.serve --fd N`: one process of the server, on a listening socket that whoever starts it opened.

Several processes may share one socket: each request is answered by the one that is free, and while one of them is started again the
others take its part. What they must agree on is in the database: sign-ins, limits of attempts, the audit log.
"""

from __future__ import annotations

import socket

import click
import uvicorn

from api.app import serve

STUCK_SECONDS = 120  # a connection whose other side takes nothing for so long is given up
STOP_SECONDS = 10  # what is still under way may take so long
LONGEST_HEAD = 256 * 1024  # bytes of a request's address and headers; an address that is too long is still answered by its name, 414
LISTENERS_SAY = 64 * 1024  # bytes of a message by websocket; nothing is expected


@click.command()
@click.option("--fd", required=True, type=int, help="Number of the listening socket's file descriptor.")
@click.option("--ssl-certfile", help="Certificate chain, for HTTPS.")
@click.option("--ssl-keyfile", help="Its private key.")
def main(fd: int, ssl_certfile: str | None, ssl_keyfile: str | None) -> None:
    """Serve until told to stop."""
    door = socket.socket(fileno=fd)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STUCK_SECONDS * 1000)  # whoever connects inherits it
    config = uvicorn.Config(
        serve,
        factory=True,
        access_log=False,
        ssl_certfile=ssl_certfile,
        ssl_keyfile=ssl_keyfile,
        ws_max_size=LISTENERS_SAY,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[door])


if __name__ == "__main__":
    main()
