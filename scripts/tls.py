"""Certificates of the company's own: phones in its network reach the pages by HTTPS, and audit reports are signed.

`up --tls HOST` calls `certificate(home, host)`; the authority's certificate (`tls/authority.pem`) is installed once on each phone or PDA.
Cameras and service workers need HTTPS, and a page that checks itself should not be alterable on its way.
"""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from scripts.home import Home, write_private

AUTHORITY_DAYS = 3650
REPORT_DAYS = 1825
CERTIFICATE_DAYS = 397  # the most that phones accept


def certificate(home: Home, host: str) -> tuple[Path, Path]:
    """Certificate and key files (PEM) for `host`, a name or an IP address; made when missing or about to expire."""
    chain, key = home.tls / f"{host}.pem", home.tls / f"{host}.key"
    if not (chain.exists() and key.exists() and _days_left(chain) > 30):
        authority, authority_key = _authority(home)
        own = ec.generate_private_key(ec.SECP256R1())
        write_private(key, _pem(own))
        leaf = _issue(host, own.public_key(), authority, authority_key)
        chain.write_bytes(leaf.public_bytes(serialization.Encoding.PEM) + authority.public_bytes(serialization.Encoding.PEM))
    return chain, key


def report_certificate(home: Home, member: str) -> Path:
    """PEM file, its key beside it as .key, that signs audit reports in the member's name; made when missing or about to expire."""
    chain, key = home.tls / "report.pem", home.tls / "report.key"
    if not (chain.exists() and key.exists() and _days_left(chain) > 30):
        authority, authority_key = _authority(home)
        own = ec.generate_private_key(ec.SECP256R1())
        write_private(key, _pem(own))
        leaf = _signs_documents(member, own.public_key(), authority, authority_key)
        chain.write_bytes(leaf.public_bytes(serialization.Encoding.PEM) + authority.public_bytes(serialization.Encoding.PEM))
    return chain


def _authority(home: Home) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate_file, key_file = home.tls / "authority.pem", home.tls / "authority.key"
    if certificate_file.exists():
        key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{key_file} is not an elliptic-curve key")
        return x509.load_pem_x509_certificate(certificate_file.read_bytes()), key
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("TraceLedger local authority")
    made = (
        _builder(name, name, key.public_key(), AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_private(key_file, _pem(key))
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return made, key


def _issue(
    host: str, key: ec.EllipticCurvePublicKey, authority: x509.Certificate, authority_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    return (
        _builder(_name(host), authority.subject, key, CERTIFICATE_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_alternative(host)]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _signs_documents(
    member: str, key: ec.EllipticCurvePublicKey, authority: x509.Certificate, authority_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    return (
        _builder(_name(member[:64]), authority.subject, key, REPORT_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False, sign_documents=True), critical=True)
        .sign(authority_key, hashes.SHA256())
    )


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=days))
    )


def _usage(*, sign_certificates: bool, sign_documents: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        content_commitment=sign_documents,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


def _days_left(certificate_file: Path) -> int:
    end = x509.load_pem_x509_certificate(certificate_file.read_bytes()).not_valid_after_utc
    return (end - datetime.datetime.now(datetime.UTC)).days
