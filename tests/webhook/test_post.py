"""A message goes where it may, in the time it has, and says who sent it."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from ipaddress import ip_address
from pathlib import Path

import pytest

from ledger_client.errors import InvalidInput
from ledger_client.webhook import post as posting
from ledger_client.webhook.destination import PrivateAddress, Unresolved, is_public, judged, networks, read
from ledger_client.webhook.post import NotTaken, post
from ledger_client.webhook.signature import genuine, signed
from scripts.home import Home
from scripts.tls import certificate
from tests.exchange.receiver import LOOPBACK, answered, receiver

SECRET = "a secret of the receiver"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
        "192.0.0.8", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "::ffff:10.0.0.1",
        "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:c0a8:101::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_no_address_of_our_own_network_is_public(address: str):
    assert not is_public(ip_address(address))
    with pytest.raises(PrivateAddress, match="dest"):
        judged(read(f"https://{f'[{address}]' if ':' in address else address}/hook", "dest"), (), "dest")


@pytest.mark.parametrize("address", ["8.8.8.8", "114.114.114.114", "2400:3200::1", "64:ff9b::808:808"])
def test_public_addresses_are_taken(address: str):
    assert is_public(ip_address(address))
    assert judged(read(f"https://[{address}]/" if ":" in address else f"https://{address}/", "dest"), (), "dest") == [address]


@pytest.mark.parametrize("spelt", ["https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://localhost/", "https://LOCALHOST./"])
def test_odd_spellings_of_this_machine_are_seen_through(spelt: str):
    with pytest.raises(InvalidInput) as refused:
        judged(read(spelt, "dest"), (), "dest")
    assert isinstance(refused.value, PrivateAddress | Unresolved)


@pytest.mark.parametrize(
    "url",
    ["", "hook", "ftp://8.8.8.8/", "https:///x", "https://user:pass@8.8.8.8/", "https://8.8.8.8/#a", "https://8.8.8.8:99999/",
     "https://8.8.8.8/\r\nX: y", "https://8.8.8.8/ x", "file:///etc/passwd", "https://8.8.8.8/" + "x" * 2000, "https://8.8.8.8:0/", "https://[::1/"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_its_field(url: str):
    with pytest.raises(InvalidInput) as refused:
        judged(read(url, "dest"), (), "dest")
    assert (refused.value.field, bool(refused.value.fix)) == ("dest", True)


def test_without_tls_only_networks_that_the_operator_allowed():
    with pytest.raises(InvalidInput, match="is not https"):
        judged(read("http://8.8.8.8/", "dest"), (), "dest")
    plant = networks("10.1.0.0/16, 192.168.7.9")
    assert judged(read("http://10.1.2.3:8080/erp", "dest"), plant, "dest") == ["10.1.2.3"]
    with pytest.raises(PrivateAddress):
        judged(read("http://10.2.0.1/", "dest"), plant, "dest")
    with pytest.raises(InvalidInput, match=r"TRACELEDGER_OUTGOING: '10\.1/16/3' is no network"):
        networks("10.1/16/3", "TRACELEDGER_OUTGOING")


def test_a_name_of_which_one_address_is_private_is_refused(monkeypatch: pytest.MonkeyPatch):
    told = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: told)
    with pytest.raises(PrivateAddress, match=r"two-faced.example is 10.0.0.1"):
        judged(read("https://two-faced.example/", "dest"), (), "dest")


def test_the_connection_goes_to_the_address_that_was_judged_whatever_the_name_means_later(monkeypatch: pytest.MonkeyPatch):
    """DNS rebinding: the second answer would lead elsewhere; it is never asked for."""
    real, asked = socket.getaddrinfo, []

    def getaddrinfo(host: str, port: int, *args: object, **more: object) -> object:
        if host != "erp.example":
            return real(host, port, *args, **more)  # type: ignore[call-overload]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1" if len(asked) == 1 else "127.0.0.66", port))]

    with receiver() as there:
        port = int(there.url.rsplit(":", 1)[1].split("/")[0])
        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        assert post(f"http://erp.example:{port}/in", b"{}", SECRET, {}, LOOPBACK) == 204
    assert asked == ["erp.example"]
    assert there.taken[0].headers["Host"] == f"erp.example:{port}"


def test_a_message_is_signed_over_its_moment_and_bytes():
    header = signed(SECRET, 1_800_000_000, b'{"a":1}')
    assert header == "t=1800000000,v1=2590948368b185c7c7ab2bafad47d07150b90c2f7fa59dfadbd5aba4a41e3cb3"  # openssl dgst -sha256 -hmac
    assert genuine(SECRET, header, b'{"a":1}', 1_800_000_100)
    assert not genuine(SECRET, header, b'{"a":2}', 1_800_000_100)
    assert not genuine("another secret", header, b'{"a":1}', 1_800_000_100)
    assert not genuine(SECRET, header, b'{"a":1}', 1_800_000_301)
    for odd in ("", "t=,v1=", "t=1e3,v1=x", "v1=" + "0" * 64, header.replace("t=1", "t=2"), "t=1,v1=é"):
        assert not genuine(SECRET, odd, b'{"a":1}', 1_800_000_000)


@pytest.mark.parametrize("status", [301, 307, 404, 410, 429, 500, 503])
def test_only_2xx_means_taken_and_nobody_is_followed(status: int):
    with receiver() as there:
        there.answer = lambda handler: answered(handler, status, Location=there.url)
        with pytest.raises(NotTaken, match=f"127.0.0.1: answered {status}") as refused:
            post(there.url, b"{}", SECRET, {}, LOOPBACK)
    assert (refused.value.status, len(there.taken)) == (status, 1)


@pytest.mark.parametrize("how", ["never", "drips", "stops reading"])
def test_who_answers_too_slowly_is_left(how: str):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = threading.Event()

        def serve() -> None:
            there, _ = listener.accept()
            with there:
                while not done.is_set() and how == "drips":
                    try:
                        there.sendall(b"HTTP/1.1 200 OK\r\nX: " if not done.wait(0.05) else b"")
                    except OSError:
                        return
                done.wait(20)

        threading.Thread(target=serve, daemon=True).start()
        began = time.monotonic()
        with pytest.raises(NotTaken, match=r"did not answer within|broke off"):
            post(
                f"http://127.0.0.1:{listener.getsockname()[1]}/",
                b"x" * (30_000_000 if how == "stops reading" else 2),
                SECRET,
                {},
                LOOPBACK,
                1,
            )
        done.set()
        assert time.monotonic() - began < 3


def test_who_is_not_there_is_named():
    with pytest.raises(NotTaken, match=r"127\.0\.0\.1: cannot be reached: Connection refused"):
        post("http://127.0.0.1:1/", b"{}", SECRET, {}, LOOPBACK)
    with pytest.raises(NotTaken, match="TRACELEDGER_OUTGOING"):
        post("https://127.0.0.1:1/", b"{}", SECRET, {}, ())


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with receiver() as there:
        assert post(there.url, b"{}", SECRET, {}, LOOPBACK) == 204


def test_the_certificate_must_be_of_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    chain, key = certificate(Home.at(tmp_path / "home"), "127.0.0.1")
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(chain, key)
    with socket.create_server(("127.0.0.1", 0)) as plain, serving.wrap_socket(plain, server_side=True) as listener:

        def serve() -> None:
            while True:
                try:
                    there, _ = listener.accept()
                    with there:
                        heard = b""
                        while not heard.endswith(b"{}") and (more := there.recv(65536)):
                            heard += more
                        there.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                except (ssl.SSLError, ConnectionError):  # who does not trust the certificate hangs up
                    continue
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(NotTaken, match="certificate"):
            post(url, b"{}", SECRET, {}, LOOPBACK)
        monkeypatch.setattr(posting, "_trust", lambda: ssl.create_default_context(cafile=str(tmp_path / "home" / "tls" / "authority.pem")))
        assert post(url, b"{}", SECRET, {}, LOOPBACK) == 200
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda _host, port, *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        )
        with pytest.raises(NotTaken, match=r"(?i)hostname mismatch|certificate"):
            post(url.replace("127.0.0.1", "other.example"), b"{}", SECRET, {}, LOOPBACK)
