"""Calls to receivers go where they may, to the address that was checked, and are bounded."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from activities.addresses import Addresses, BadAddress, public
from activities.webhooks import Call, Reply
from tests.activities.receiver import Receiver, receiving
from workers.outside import Outside

CALL = Call(b'{"id": "1"}', {"webhook-id": "1", "webhook-attempt": "1"})
PRIVATE = Addresses(private=True)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


async def called(outside: Outside, url: str) -> Reply:
    async with outside.opened(url) as post:
        return await post(CALL)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.1"),
        *("100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::"),
        "64:ff9b::a9fe:a9fe",
    ],
)
def test_what_is_not_in_the_open_internet_is_not_called(address: str) -> None:
    assert not public(ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(BadAddress):
        Addresses().check(f"https://{host}/hook")
    PRIVATE.check(f"http://{host}/hook")


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "203.162.4.191", "2606:4700::1111", "2002:808:808::"]
)
def test_what_is_public_may_be_called(address: str) -> None:
    assert public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_one_is_judged_by_itself(inner: Any) -> None:
    for outer in (f"::ffff:{inner}", f"64:ff9b::{inner}"):
        assert public(ip_address(outer)) == public(inner)


@pytest.mark.parametrize(
    "url",
    [
        *("http://receiver.example/", "ftp://receiver.example/", "receiver.example", "https://"),
        *("https://a:b@receiver.example/", "https://receiver.example/#part", "https://:443/"),
        *("https://receiver.example:0x50/", "https://receiver.example:70000/", "https://[::1/"),
        *("https://receiver.example/ã", "https://receiver.example/a b", "https://x/\r\nHost: y"),
        *("javascript:alert(1)", "file:///etc/passwd", "https:receiver.example", ""),
    ],
)
def test_what_is_no_plain_https_address_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(BadAddress) as refused:
        Addresses().check(url)
    assert not url or url not in str(refused.value)


@given(st.text(max_size=60) | st.text(max_size=60).map("https://".__add__))
def test_any_text_is_an_address_or_refused(url: str) -> None:
    try:
        host, port = Addresses().check(url)
    except BadAddress:
        return
    assert host
    assert 0 <= port < 65_536


async def test_a_name_that_leads_inside_is_not_called_unless_it_may(receiver: Receiver) -> None:
    named = receiver.url.replace("127.0.0.1", "localhost")
    for url in (named.replace("http", "https"), "https://127.0.0.1.nip.example.invalid/"):
        reply = await called(Outside(), url)
        assert reply.error in {"address_not_allowed", "unknown_host"}
    assert receiver.came == []
    assert (await called(Outside(PRIVATE), named)).status == 200
    assert receiver.came[0].headers["host"].startswith("localhost:")


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Names lead to these addresses, question by question; returns what was asked."""
    asked, told = list[str](), list(answers)
    real = socket.getaddrinfo

    def lookup(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if host != "receiver.example":
            return real(host, port, *rest, **more)
        asked.append(host)
        found = told.pop(0) if len(told) > 1 else told[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return asked


async def test_one_address_inside_among_others_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolving(monkeypatch, ["203.162.4.191", "10.0.0.1"])
    reply = await called(Outside(), "https://receiver.example/")
    assert (reply.status, reply.error) == (None, "address_not_allowed")


async def test_a_name_that_changes_between_look_and_call_gains_nothing(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    """The control: looked up a second time, it would lead to somebody else."""
    asked = resolving(monkeypatch, ["127.0.0.1"], ["127.0.0.9"])
    url = receiver.url.replace("127.0.0.1", "receiver.example")
    assert (await called(Outside(PRIVATE), url)).status == 200
    assert asked == ["receiver.example"], "it is looked up once, and what was checked is called"


async def test_a_redirect_is_not_followed_and_a_proxy_not_used(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    receiver.manner = lambda _: 307
    reply = await called(Outside(PRIVATE), receiver.url)
    assert (reply.status, reply.taken, reply.fault) == (307, False, "status_307")
    assert len(receiver.came) == 1


@pytest.mark.parametrize("host", ["a..b", "x" * 64 + ".example", "no-such-host.invalid"])
async def test_a_name_that_leads_nowhere_is_told_as_a_code(host: str) -> None:
    assert (await called(Outside(), f"https://{host}/")).error == "unknown_host"


async def answering(parts: AsyncIterator[bytes]) -> tuple[asyncio.Server, str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            async for part in parts:
                writer.write(part)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def test_an_endless_answer_is_not_read_to_its_end() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
        while sent < 200_000_000:
            sent += 65_536
            yield b"10000\r\n" + b"x" * 65_536 + b"\r\n"

    server, url = await answering(endless())
    async with server:
        reply = await called(Outside(PRIVATE, longest=5.0), url)
    assert reply.status == 200
    assert sent < 20_000_000


async def test_an_answer_that_trickles_is_not_waited_for() -> None:
    async def trickling() -> AsyncIterator[bytes]:
        for byte in b"HTTP/1.1 200 OK\r\n":
            yield bytes([byte])
            await asyncio.sleep(0.2)

    server, url = await answering(trickling())
    async with server:
        reply = await called(Outside(PRIVATE, longest=0.6), url)
    assert (reply.status, reply.error) == (None, "timeout")
    assert 500 < reply.milliseconds < 3000


async def test_nobody_there_is_told_as_a_code_and_nothing_of_the_address_is_logged() -> None:
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    with capture_logs() as lines:
        reply = await called(Outside(PRIVATE), f"http://127.0.0.1:{port}/?key=s3cret")
    assert (reply.status, reply.error) == (None, "no_connection")
    assert "s3cret" not in str(lines)


# -- over TLS --------------------------------------------------------------------------------


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For a server with this name, and for a client that trusts it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem, secret)
    return server, ssl.create_default_context(cafile=str(pem))


@pytest.mark.parametrize(("name", "status"), [("localhost", 200), ("other.example", None)])
async def test_the_certificate_must_be_the_names_though_an_address_is_called(
    tmp_path: Path, name: str, status: int | None
) -> None:
    server_side, client_side = certificate(tmp_path, name)
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=server_side)
    url = f"https://localhost:{server.sockets[0].getsockname()[1]}/"
    async with server:
        reply = await called(Outside(PRIVATE, trusted=client_side), url)
        stranger = await called(Outside(PRIVATE), url)
    assert (reply.status, reply.error) == (status, None if status else "tls")
    assert (stranger.status, stranger.error) == (None, "tls")
    assert len(receiver.came) == (1 if status else 0)
