"""Signs a report's PDF with the installation's report certificate (PAdES, ETSI EN 319 142-1), so that any PDF reader sees a change.

The library takes half a second to import, and every process of an installation reads the settings that name a signer: imported where used.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ledger_client.errors import InvalidInput, Retryable

FIELD = "TraceLedger"


@dataclass(frozen=True, slots=True)
class ReportSigner:
    """A certificate with its chain (PEM) and its key (PEM, PKCS 8)."""

    certificate: Path
    key: Path

    def sign(self, pdf: bytes, reason: str) -> bytes:
        """The signed PDF; Retryable while the certificate's files cannot be read."""
        from asn1crypto import keys, pem, x509
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.fields import SigSeedSubFilter
        from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        try:
            chain = [x509.Certificate.load(der) for _, _, der in pem.unarmor(self.certificate.read_bytes(), multiple=True)]
            key = keys.PrivateKeyInfo.load(pem.unarmor(self.key.read_bytes())[2])
        except (OSError, ValueError) as problem:
            raise Retryable(f"the report certificate cannot be read: {problem}") from None
        certificates = SimpleCertificateStore.from_certs(chain)  # type: ignore[no-untyped-call]
        signer = SimpleSigner(signing_cert=chain[0], signing_key=key, cert_registry=certificates)
        told = PdfSignatureMetadata(field_name=FIELD, reason=reason, subfilter=SigSeedSubFilter.PADES)
        with ThreadPoolExecutor(1) as apart:  # the library runs an event loop, and the caller's thread may have one already
            return bytes(apart.submit(sign_pdf, IncrementalPdfFileWriter(io.BytesIO(pdf)), told, signer=signer).result().getvalue())


def signer_at(certificate: str) -> ReportSigner | None:
    """The signer whose certificate lies at that path, its key beside it as .key; None for an empty path."""
    if not certificate:
        return None
    found = ReportSigner(Path(certificate), Path(certificate).with_suffix(".key"))
    if not (found.certificate.is_file() and found.key.is_file()):
        raise InvalidInput("TRACELEDGER_REPORT_CERTIFICATE", f"names {certificate}, whose .pem or .key is missing", "give both files")
    return found
