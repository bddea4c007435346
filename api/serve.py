"""`python -m api.serve --fd N`: one process of the server, on a listening socket that whoever starts it opened.

Several processes may share one socket: each request is answered by the one that is free, and while one of them is started again the
others take its part. What they must agree on is in the database: sign-ins, limits of attempts, the audit log.
"""

from __future__ import annotations

import socket

import click
import uvicorn

from api.app import serve


@click.command()
@click.option("--fd", required=True, type=int, help="Number of the listening socket's file descriptor.")
@click.option("--ssl-certfile", help="Certificate chain, for HTTPS.")
@click.option("--ssl-keyfile", help="Its private key.")
def main(fd: int, ssl_certfile: str | None, ssl_keyfile: str | None) -> None:
    """Serve until told to stop."""
    config = uvicorn.Config(serve, factory=True, access_log=False, ssl_certfile=ssl_certfile, ssl_keyfile=ssl_keyfile)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=fd)])


if __name__ == "__main__":
    main()
