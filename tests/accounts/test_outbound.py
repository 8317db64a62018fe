"""Addresses that people give us are called carefully: only public ones, once checked, and briefly."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from accounts import outbound
from tests.fakes.webhook_receiver import Receiver, Turn

HOST = "hooks.example.org"
#: Loopback, private, shared, link-local, metadata, documentation, multicast, reserved, and each of
#: these in the clothes of IPv6.
# fmt: off
INSIDE = (
    "127.0.0.1", "127.8.8.8", "::1", "10.0.0.5", "172.16.0.1", "192.168.1.1",
    "::", "169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16",
    "192.0.0.192", "224.0.0.1", "255.255.255.255", "240.0.0.1", "198.18.0.1", "192.0.2.1",
    "192.88.99.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::ffff:0:7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "2002:a9fe:a9fe::1", "2002:7f00:1::", "2001::1", "2001:db8::1",
    "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1",
    "ff02::1", "100::1",
)
# fmt: on


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """Another system on this machine, which the site names."""
    settings.WEBHOOK_ALLOWED_CIDRS = ["127.0.0.1/32"]
    with Receiver() as running:
        yield running


def post(url: str, **options: Any) -> int:
    return outbound.post(url, body=b'{"a":1}', headers={"X-Of-Ours": "yes"}, **options)


def leading_to(*addresses: str) -> outbound.Resolver:
    """A resolver that gives every name these addresses."""
    return lambda host, port: list(addresses)


def test_a_message_arrives_whole_with_host_and_headers(receiver: Receiver) -> None:
    assert post(f"{receiver.url}?from=us#part") == 204
    (got,) = receiver.got
    assert (got.method, got.path, got.body) == ("POST", "/hook?from=us", b'{"a":1}')
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert got.headers["x-of-ours"] == "yes"
    assert got.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_not_called(
    address: str, receiver: Receiver, settings: Settings
) -> None:
    """Whatever the DNS of somebody else answers, also beside a public address."""
    settings.WEBHOOK_ALLOWED_CIDRS = []
    for found in ([address], ["93.184.215.14", address]):
        with pytest.raises(outbound.NotCallable, match="not public"):
            post(f"https://{HOST}:{receiver.port}/", resolve=leading_to(*found))
    assert receiver.got == []


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://localhost/",
        "https://169.254.169.254/latest/meta-data/",
    ],
)
def test_this_machine_is_not_called_however_it_is_written(url: str, settings: Settings) -> None:
    settings.WEBHOOK_ALLOWED_CIDRS = []
    with pytest.raises(outbound.NotCallable):
        post(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "ftp://hooks.example.org/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_x",
        "hooks.example.org",
        "https://",
        "https:///path",
        "https://user@hooks.example.org/",
        "https://user:secret@hooks.example.org/",
        "https://hooks.example.org:99999/",
        "https://hooks.example.org:0/",
        "https://hooks.example.org\\@127.0.0.1/",
        "https://hooks.example.org/\r\nHost: inside",
        "https://hooks.example.org/ x",
        "https://hooks.example.org/\x00",
        "https://höks.example.org/",
        "https://hooks..example.org/",
        "https://%31%32%37.0.0.1/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://hooks.example.org/" + "x" * 500,
    ],
)
def test_what_is_no_public_address_is_refused_unseen(url: str, settings: Settings) -> None:
    settings.WEBHOOK_ALLOWED_CIDRS = []
    with pytest.raises(outbound.NotCallable):
        outbound.read_url(url)


@pytest.mark.parametrize("address", ["169.254.169.254", "fd00:ec2::254", "fe80::1", "::"])
def test_metadata_is_never_called_whatever_the_site_names(address: str, settings: Settings) -> None:
    settings.WEBHOOK_ALLOWED_CIDRS = ["0.0.0.0/0", "::/0"]
    with pytest.raises(outbound.NotCallable):
        post(f"https://{HOST}/", resolve=leading_to(address))


def test_plain_http_goes_to_named_loopback_only(receiver: Receiver, settings: Settings) -> None:
    settings.WEBHOOK_ALLOWED_CIDRS = ["127.0.0.0/8", "10.0.0.0/8"]
    for address in ("10.0.0.5", "93.184.215.14", "::1"):
        with pytest.raises(outbound.NotCallable):
            post(f"http://{HOST}/", resolve=leading_to(address))
    assert post(f"http://{HOST}:{receiver.port}/", resolve=leading_to("127.0.0.1")) == 204


def test_the_name_is_looked_up_once(receiver: Receiver) -> None:
    """A DNS that changes its mind between check and call is not asked again."""
    answers = [["127.0.0.1"], ["10.0.0.5"]]
    url = f"http://{HOST}:{receiver.port}/"
    assert post(url, resolve=lambda host, port: answers.pop(0)) == 204
    assert answers == [["10.0.0.5"]]
    assert receiver.got[0].headers["host"] == f"{HOST}:{receiver.port}"


def test_a_name_that_nobody_knows_is_no_answer() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(outbound.NoAnswer, match="not known"):
        post(f"https://{HOST}/", resolve=unknown)
    with pytest.raises(outbound.NoAnswer, match="no address"):
        post(f"https://{HOST}/", resolve=leading_to())


def test_a_look_up_that_hangs_ends_in_time(receiver: Receiver) -> None:
    def hang(host: str, port: int) -> list[str]:
        receiver.stopped.wait(60)
        return []

    with pytest.raises(outbound.NoAnswer, match="too long"):
        post(f"https://{HOST}/", resolve=hang, within=0.2)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int, receiver: Receiver) -> None:
    receiver.will(Turn(status, {"Location": receiver.url}))
    assert post(receiver.url) == status
    assert len(receiver.got) == 1


def test_a_proxy_of_the_environment_is_not_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    assert post(receiver.url) == 204


def test_a_dripping_head_ends_at_the_deadline(receiver: Receiver) -> None:
    receiver.will(Turn(200, {"X-Long": "x" * 1000}, per_byte=0.05))
    with pytest.raises(outbound.NoAnswer, match="in time"):
        post(receiver.url, within=0.5)


def test_a_dripping_body_costs_no_more_than_the_deadline(receiver: Receiver) -> None:
    receiver.will(Turn(200, body=b"x" * 2000, per_byte=0.05, drips="body"))
    assert post(receiver.url, within=0.5) == 200
    assert receiver.dripped < 2000


def test_a_long_answer_is_read_to_its_cap_only(receiver: Receiver) -> None:
    receiver.will(Turn(200, body=b"x" * 50_000_000), Turn(200, {"X-Long": "x" * 200_000}))
    assert post(receiver.url) == 200
    # The rest of an endless head is not waited for either.
    assert post(receiver.url) == 200


def test_whoever_hangs_up_or_is_not_there_gives_no_answer(receiver: Receiver) -> None:
    receiver.will(Turn(is_hung_up=True))
    with pytest.raises(outbound.NoAnswer, match="connection failed"):
        post(receiver.url)
    with pytest.raises(outbound.NoAnswer, match="connection failed"):
        post("http://127.0.0.1:9/")


@pytest.fixture
def secured(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate for hooks.example.org, and the file by which it is trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, private = tmp_path / "trusted.pem", tmp_path / "key.pem"
    trusted.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    return context, trusted


def test_the_certificate_must_be_the_names(
    secured: tuple[ssl.SSLContext, Path], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection goes to an address, TLS and Host speak of the name."""
    settings.WEBHOOK_ALLOWED_CIDRS = ["127.0.0.1/32"]
    context, trusted = secured
    asked: list[str | None] = []
    context.sni_callback = lambda line, name, its: asked.append(name)
    here = leading_to("127.0.0.1")
    with Receiver(context) as receiver:
        address = f"https://{HOST}:{receiver.port}/hook"
        with pytest.raises(outbound.NoAnswer, match="cannot be trusted"):
            post(address, resolve=here)
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert post(address, resolve=here) == 204
        with pytest.raises(outbound.NoAnswer, match="cannot be trusted"):
            post(address.replace("hooks.", "other."), resolve=here)
    assert asked == [HOST, HOST, "other.example.org"]
    assert [one.headers["host"] for one in receiver.got] == [f"{HOST}:{receiver.port}"]
