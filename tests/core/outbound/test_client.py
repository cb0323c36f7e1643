"""What a hostile receiver can do to us: nothing that lasts, nothing that weighs."""

import datetime as dt
import gzip
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from maillage.core import outbound
from maillage.core.outbound import addresses

pytestmark = pytest.mark.one_engine
Talk = Callable[[socket.socket, bytes], None]


@pytest.fixture(autouse=True)
def loopback_may_be_called(settings: object) -> None:
    settings.OUTBOUND_NETWORKS = ["127.0.0.0/8"]


def whole_request(line: socket.socket) -> bytes:
    """Head and body: a server that closes before it has read all resets the connection."""
    request = b""
    while b"\r\n\r\n" not in request and (more := line.recv(65536)):
        request += more
    head, _, body = request.partition(b"\r\n\r\n")
    found = re.search(rb"content-length: (\d+)", head.lower())
    wanted = int(found[1]) if found else 0
    while len(body) < wanted and (more := line.recv(65536)):
        body += more
    return head + b"\r\n\r\n" + body


@contextmanager
def receiver(talk: Talk, tls: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[bytes]]]:
    """A server of one behaviour: its port, and what it was sent."""
    received: list[bytes] = []
    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                caller, _ = door.accept()
            except OSError:
                return
            with suppress(OSError), caller:
                caller.settimeout(3)
                with tls.wrap_socket(caller, server_side=True) if tls else caller as line:
                    request = whole_request(line)
                    received.append(request)
                    talk(line, request)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield door.getsockname()[1], received
    finally:
        with suppress(OSError):
            door.shutdown(socket.SHUT_RDWR)
        door.close()
        thread.join(3)


def saying(answer: bytes) -> Talk:
    return lambda line, _request: line.sendall(answer)


def test_a_body_goes_and_the_beginning_of_the_answer_comes_back() -> None:
    with receiver(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbien\x00re\xe9u")) as (
        port,
        got,
    ):
        answer = outbound.post(f"http://127.0.0.1:{port}/a?b=1", b'{"a":1}', {"X-A": "1"})
    assert (answer.status, answer.text, answer.is_success) == (200, "bien re�u", True)
    head, _, body = got[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /a?b=1 HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{port}".encode() in head
    assert b"Accept-Encoding: identity" in head
    assert b"X-A: 1" in head
    assert body == b'{"a":1}'


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with receiver(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as (inside, reached):
        there = f"Location: http://127.0.0.1:{inside}/latest/meta-data/"
        head = f"HTTP/1.1 {status} Ailleurs\r\n{there}\r\nContent-Length: 0\r\n\r\n"
        with receiver(saying(head.encode())) as (port, _):
            answer = outbound.post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert (answer.status, answer.is_success) == (status, False)
    assert reached == []


def drip(line: socket.socket, _request: bytes) -> None:
    for char in b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 200:
        line.sendall(bytes([char]))
        time.sleep(0.05)


def test_a_byte_from_time_to_time_does_not_hold_us() -> None:
    with receiver(drip) as (port, _):
        begun = time.monotonic()
        with pytest.raises(outbound.UnreachableError, match="Pas de réponse"):
            outbound.post(f"http://127.0.0.1:{port}/", b"{}", {}, seconds=0.5)
        assert time.monotonic() - begun < 1.5


def test_an_endless_answer_is_cut() -> None:
    sent = [0]

    def flood(line: socket.socket, _request: bytes) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while sent[0] < 50_000_000:
            sent[0] += line.send(b"x" * 65536)

    with receiver(flood) as (port, _):
        answer = outbound.post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert answer.text == "x" * outbound.client.ANSWER_BYTES
    assert sent[0] < 20_000_000  # what the system's buffers took


def test_endless_headers_are_cut() -> None:
    def headers(line: socket.socket, _request: bytes) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in range(50_000):
            line.sendall(f"X-{number}: {'a' * 100}\r\n".encode())

    with receiver(headers) as (port, _), pytest.raises(outbound.UnreachableError):
        outbound.post(f"http://127.0.0.1:{port}/", b"{}", {})


def test_a_bomb_is_not_opened() -> None:
    bomb = gzip.compress(b"0" * 30_000_000)
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
    )
    with receiver(saying(head + bomb)) as (port, _):
        answer = outbound.post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert len(answer.text) <= outbound.client.ANSWER_BYTES
    assert "0000" not in answer.text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [(b"SSH-2.0-OpenSSH_9.2\r\n", "HTTP lisible"), (b"", "HTTP lisible")],
)
def test_what_is_not_http_is_said(said: bytes, sentence: str) -> None:
    with (
        receiver(saying(said)) as (port, _),
        pytest.raises(outbound.UnreachableError, match=sentence),
    ):
        outbound.post(f"http://127.0.0.1:{port}/", b"{}", {})


def test_a_closed_door_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    with pytest.raises(outbound.UnreachableError, match="ne répond pas"):
        outbound.post(f"http://127.0.0.1:{port}/", b"{}", {})


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as (proxy, asked):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
        with receiver(saying(b"HTTP/1.1 204 No\r\n\r\n")) as (port, got):
            assert outbound.post(f"http://127.0.0.1:{port}/", b"{}", {}).status == 204
    assert (len(asked), len(got)) == (0, 1)


def test_a_long_body_is_refused_before_any_call() -> None:
    with pytest.raises(ValueError, match="64001 bytes"):
        outbound.post("https://ville.example.org/", b"x" * 64_001, {})


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Of a server whose certificate is for crochet.example.org, and of a client that trusts it."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "crochet.example.org")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("crochet.example.org")]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    client = ssl.create_default_context(cafile=str(folder / "cert.pem"))
    return server, client


def test_the_certificate_must_be_the_name_s(contexts, monkeypatch: pytest.MonkeyPatch) -> None:
    server, client = contexts

    def here(_host: str, port: int, *_more: object, **_kwargs: object) -> list:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    ok = saying(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    with receiver(ok, server) as (port, got):
        monkeypatch.setattr(addresses.socket, "getaddrinfo", here)
        right = f"https://crochet.example.org:{port}/"
        assert outbound.post(right, b"{}", {}, context=client).status == 200
        assert f"Host: crochet.example.org:{port}".encode() in got[0]
        for url, context in ((right, None), (f"https://autre.example.org:{port}/", client)):
            with pytest.raises(outbound.UnreachableError, match="certificat"):
                outbound.post(url, b"{}", {}, context=context)
        assert len(got) == 1
