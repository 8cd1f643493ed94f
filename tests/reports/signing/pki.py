"""A throw-away public key infrastructure: root, issuing authority, signers, time stamping, CRL and OCSP.

Made anew by each test session, served on loopback, and named for what it is: no certificate of it is worth
anything outside the tests.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID as Access
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from cryptography.x509.oid import NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

MARK = "Uji, bukan PSrE"
PASSPHRASE = "frasa-sandi-KENARI-4f7a"
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
FAR_AHEAD = dt.datetime(2060, 1, 1, tzinfo=dt.UTC)
NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)


@dataclass
class Holder:
    """Somebody with a certificate and its key."""

    certificate: x509.Certificate
    key: Any

    @cached_property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @cached_property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def asn1(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self.der)


@dataclass
class Pki:
    """The authorities and signers; `revoked` says since when a serial number counts no longer."""

    address: str
    down: set[str] = field(default_factory=set)  # services that do not answer
    revoked: dict[int, dt.datetime] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root = self._issue("Root CA", None, ca=True)
        self.issuing = self._issue("Issuing CA", self.root, ca=True)
        self.other_root = self._issue("Root CA asing", None, ca=True)
        self.head = self._issue("Kepala Dinas, S.T., M.Si.", self.issuing)
        self.head_rsa = self._issue("Kepala Dinas RSA", self.issuing, rsa_bits=2048)
        self.second = self._issue("Bupati", self.issuing)
        self.expired = self._issue(
            "Pejabat lama", self.issuing, until=dt.datetime(2026, 1, 31, tzinfo=dt.UTC)
        )
        self.early = self._issue("Pejabat terpilih", self.issuing, since=FAR_AHEAD - dt.timedelta(days=9))
        self.dismissed = self._issue("Pejabat dicabut", self.issuing)
        self.stranger = self._issue("Kepala Dinas, S.T., M.Si.", self.other_root)
        self.short = self._issue("Pejabat sebentar", self.issuing, until=NOW + dt.timedelta(days=400))
        self.encipherer = self._issue("Kunci rahasia", self.issuing, signs=False)
        self.tsa = self._issue("TSA", self.issuing, rsa_bits=2048, purpose=Purpose.TIME_STAMPING)
        self.responder = self._issue("OCSP", self.issuing, purpose=Purpose.OCSP_SIGNING)
        self.revoked[self.dismissed.certificate.serial_number] = NOW - dt.timedelta(days=30)

    def _issue(
        self,
        name: str,
        issuer: Holder | None,
        *,
        ca: bool = False,
        signs: bool = True,
        rsa_bits: int = 0,
        since: dt.datetime = LONG_AGO,
        until: dt.datetime = FAR_AHEAD,
        purpose: x509.ObjectIdentifier | None = None,
    ) -> Holder:
        key: Any = (
            rsa.generate_private_key(65537, rsa_bits) if rsa_bits else ec.generate_private_key(ec.SECP256R1())
        )
        subject = x509.Name(
            [
                x509.NameAttribute(
                    NameOID.COMMON_NAME, name if purpose is None and not ca else f"{name} ({MARK})"
                ),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, MARK),
                x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            ]
        )
        usage = dict.fromkeys(
            (
                "digital_signature",
                "content_commitment",
                "key_encipherment",
                "data_encipherment",
                "key_agreement",
                "key_cert_sign",
                "crl_sign",
                "encipher_only",
                "decipher_only",
            ),
            False,
        )
        usage |= {
            "digital_signature": signs,
            "content_commitment": signs and not ca,
            "key_encipherment": not signs,
        }
        usage |= {"key_cert_sign": ca, "crl_sign": ca}
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.certificate.subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(since)
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        if issuer:
            builder = self._addresses(builder, issuer)
        if purpose:
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        if purpose == Purpose.OCSP_SIGNING:
            builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
        return Holder(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)

    def _addresses(self, builder: x509.CertificateBuilder, issuer: Holder) -> x509.CertificateBuilder:
        serial = issuer.certificate.serial_number
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        where = [x509.UniformResourceIdentifier(f"{self.address}/crl/{serial}")]
        point = x509.DistributionPoint(where, None, None, None)
        builder = builder.add_extension(identifier, critical=False)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        if issuer.certificate.subject == issuer.certificate.issuer:
            return builder
        responder = x509.AccessDescription(
            Access.OCSP, x509.UniformResourceIdentifier(f"{self.address}/ocsp")
        )
        return builder.add_extension(x509.AuthorityInformationAccess([responder]), critical=False)

    # What an official gets, and what a verifier loads

    def pkcs12(self, holder: Holder, passphrase: str = PASSPHRASE) -> bytes:
        """Return the key file of a holder, as its issuer hands it over."""
        return pkcs12.serialize_key_and_certificates(
            b"uji",
            holder.key,
            holder.certificate,
            [self.issuing.certificate],
            serialization.BestAvailableEncryption(passphrase.encode()),
        )

    def crl(self, issuer: Holder, *, at: dt.datetime | None = None, days: int = 30) -> bytes:
        """Return the revocation list of an authority as of `at` (now), DER."""
        at = at or dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.certificate.subject)
            .last_update(at)
            .next_update(at + dt.timedelta(days=days))
            .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
            )
        )
        for serial, since in self.revoked.items():
            if since <= at and issuer is self.issuing:
                one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
                builder = builder.add_revoked_certificate(one.build())
        return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    # Services

    def answer_ocsp(self, question: bytes) -> bytes:
        asked = ocsp.load_der_ocsp_request(question)
        now = dt.datetime.now(dt.UTC)
        since = self.revoked.get(asked.serial_number)
        every = [holder for holder in vars(self).values() if isinstance(holder, Holder)]
        (of,) = [h.certificate for h in every if h.certificate.serial_number == asked.serial_number]
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=of,
            issuer=self.issuing.certificate,
            algorithm=hashes.SHA1(),  # noqa: S303 - identifies the issuer as the question does, protects nothing
            cert_status=ocsp.OCSPCertStatus.REVOKED if since else ocsp.OCSPCertStatus.GOOD,
            this_update=now - dt.timedelta(seconds=5),
            next_update=now + dt.timedelta(minutes=10),
            revocation_time=since,
            revocation_reason=x509.ReasonFlags.key_compromise if since else None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.responder.certificate)
        signed = builder.certificates([self.responder.certificate]).sign(self.responder.key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.DER)

    def answer_time(self, question: bytes, at: dt.datetime | None = None) -> bytes:
        reply = asyncio.run(self.clock(at).async_request_tsa_response(tsp.TimeStampReq.load(question)))
        data: bytes = reply.dump()
        return data

    def clock(self, at: dt.datetime | None = None) -> DummyTimeStamper:
        """Return the time stamping authority without its network, at the time `at` (now)."""
        der = self.tsa.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        above = SimpleCertificateStore()
        above.register(self.issuing.asn1)
        key = asn1_keys.PrivateKeyInfo.load(der)
        return DummyTimeStamper(self.tsa.asn1, key, certs_to_embed=above, fixed_dt=at)


class Services(BaseHTTPRequestHandler):
    """CRL, OCSP and time stamps over HTTP."""

    pki: Pki

    def do_GET(self) -> None:
        serial = int(self.path.rpartition("/")[2])
        issuer = next(
            h
            for h in (self.pki.root, self.pki.issuing, self.pki.other_root)
            if h.certificate.serial_number == serial
        )
        self._send("crl", "application/pkix-crl", lambda: self.pki.crl(issuer))

    def do_POST(self) -> None:
        question = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/ocsp":
            self._send("ocsp", "application/ocsp-response", lambda: self.pki.answer_ocsp(question))
        else:
            self._send("tsa", "application/timestamp-reply", lambda: self.pki.answer_time(question))

    def _send(self, service: str, kind: str, make: Any) -> None:
        self.pki.asked.append(service)
        if service in self.pki.down:
            self.send_error(503)
            return
        data = make()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def serve() -> tuple[Pki, ThreadingHTTPServer]:
    """Make a PKI and let it answer on a free port of loopback; the caller shuts the server down."""
    handler = type("Answers", (Services,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.pki = Pki(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return handler.pki, server  # type: ignore[attr-defined]
