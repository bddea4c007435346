"""An audit report: a signed PDF that carries the proof bundle it speaks of, so that it can be verified like the bundle itself.

Two files are attached to the PDF: `bundle.json` (spec 6) and `report.json`, the statement that the pages print in words. Checks,
continuing the numbers of spec 7.1 with (8):
    signature   a PDF signature (ISO 32000-2 section 12.8, PAdES) covers the whole file, and nothing was added after it
    signed by   the certificate leads to the authority that the reader names
    statement   the statement is about the attached bundle (SHA-256), and says what the verifier finds in it now
Made by `api.regulator`; read by `ledger verify REPORT.pdf`. Imported only where a report is read: its PDF library is slow to load.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from asn1crypto import pem
from asn1crypto import x509 as asn1
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from ledger_client import strict_json as strict
from ledger_client.bundle import Bundle
from ledger_client.errors import InvalidInput
from ledger_client.verdict import ItemVerdict, Step, failed, not_checked, passed

FORMAT = "traceledger-report/1"
BUNDLE_NAME, STATEMENT_NAME = "bundle.json", "report.json"
_NAMES = ("format", "number", "madeAt", "madeFor", "item", "audience", "verdict", "complete", "block", "records", "bundle")
_UNREADABLE = (PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, NotImplementedError)
log = logging.getLogger("pyhanko")
log.setLevel(logging.CRITICAL)  # it logs what it also returns


@dataclass(frozen=True, slots=True)
class Statement:
    """What a report states, whatever the language of its pages."""

    number: str  # of the report: a UUID
    made_at: str  # ISO 8601 with zone
    made_for: str  # whoever asked for it
    item: str
    audience: str
    verdict: str  # spec 7.3
    complete: bool
    block: str  # 0x…, hash of the block that the item was held against
    records: dict[str, str]  # commitment 0x… -> verdict (spec 7.2)
    bundle: str  # 0x…, SHA-256 of the attached bundle

    def to_json(self) -> dict[str, object]:
        """The attached form."""
        told = (
            FORMAT, self.number, self.made_at, self.made_for, self.item, self.audience,
            self.verdict, self.complete, self.block, self.records, self.bundle,
        )  # fmt: skip
        return dict(zip(_NAMES, told, strict=True))


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it was read. `signer`: the certificate's subject, empty without a signature."""

    statement: Statement
    bundle_bytes: bytes
    signature: PdfSignatureStatus | None
    signer: str

    @property
    def bundle(self) -> Bundle:
        """The attached bundle; InvalidBundle when it is none."""
        return Bundle.of_bytes(self.bundle_bytes)


def state(number: str, made_at: str, made_for: str, bundle: Bundle, bundle_bytes: bytes, verdict: ItemVerdict) -> Statement:
    """What is to be stated of a bundle and its verdict."""
    return Statement(
        number=number,
        made_at=made_at,
        made_for=made_for,
        item=verdict.item,
        audience=bundle.audience,
        verdict=verdict.verdict,
        complete=verdict.complete,
        block="0x" + verdict.checked_against.hash.hex(),
        records={"0x" + one.commitment.hex(): one.verdict for one in verdict.records},
        bundle="0x" + hashlib.sha256(bundle_bytes).hexdigest(),
    )


def is_report(data: bytes) -> bool:
    """Whether a file is a PDF at all."""
    return data.startswith(b"%PDF-")


def attachments(data: bytes) -> dict[str, bytes]:
    """Name -> content of the files that a PDF of ours carries; InvalidInput for what cannot be read."""
    try:
        return _attached(PdfFileReader(io.BytesIO(data)))
    except _UNREADABLE as problem:
        raise InvalidInput("file", f"cannot be read as a PDF: {problem}", "give the file as it was downloaded") from None


def read(data: bytes, authority: bytes | None = None) -> Report:
    """A report's parts; InvalidInput names what it lacks. `authority`: PEM of the certificate that signers must lead to."""
    try:
        reader = PdfFileReader(io.BytesIO(data))
        attached = _attached(reader)
        signatures = reader.embedded_signatures
        status = _validated(signatures[0], _trust(authority)) if signatures else None
    except _UNREADABLE as problem:
        raise InvalidInput("report", f"cannot be read as a PDF: {problem}", "give the file as it was downloaded") from None
    for name in (BUNDLE_NAME, STATEMENT_NAME):
        if name not in attached:
            raise InvalidInput("report", f"has no attached {name}", "give an audit report made by this system")
    signer = status.signing_cert.subject.human_friendly if status else ""
    return Report(_statement(attached[STATEMENT_NAME]), attached[BUNDLE_NAME], status, signer)


def check(report: Report, verdict: ItemVerdict, *, authority_given: bool) -> list[Step]:
    """(8) The report itself: signature, signer, statement. `verdict` is the verifier's on the attached bundle, now."""
    return [_signature(report.signature), _signed_by(report, authority_given=authority_given), _same(report, verdict)]


def _signature(status: PdfSignatureStatus | None) -> Step:
    if status is None:
        return failed(8, "signature", "the report is not signed", "a signature over the whole file", "none")
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not (status.intact and status.valid and whole):
        found = "something was added after signing" if status.intact and status.valid else "the file was changed"
        return failed(8, "signature", "the signature does not cover the file as it is", "an intact signature over the whole file", found)
    return passed(8, "signature", "the signature covers the whole file")


def _signed_by(report: Report, *, authority_given: bool) -> Step:
    if report.signature is None:
        return not_checked(8, "signed by", "there is no signature")
    if not authority_given:
        return not_checked(8, "signed by", f"signed by {report.signer}; name the authority's certificate to check that")
    if not report.signature.trusted:
        return failed(8, "signed by", "the certificate does not lead to the given authority", "the given authority", report.signer)
    return passed(8, "signed by", f"signed by {report.signer}, certified by the given authority")


def _same(report: Report, verdict: ItemVerdict) -> Step:
    """The statement against what the attached bundle gives now."""
    told, found = report.statement, state("", "", "", report.bundle, report.bundle_bytes, verdict)
    for name in ("bundle", "item", "audience", "block", "verdict", "complete", "records"):
        said, is_now = getattr(told, name), getattr(found, name)
        if said != is_now:
            return failed(8, "statement", f"the report states another {name} than its bundle shows", said, is_now)
    return passed(8, "statement", "the report states what its bundle shows")


def _validated(signature: EmbeddedPdfSignature, trust: ValidationContext) -> PdfSignatureStatus:
    """In a thread of its own, because the library runs an event loop, and the caller's thread may have one already."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(validate_pdf_signature, signature, trust).result()


def _trust(authority: bytes | None) -> ValidationContext:
    roots = [asn1.Certificate.load(der) for _, _, der in pem.unarmor(authority, multiple=True)] if authority else []
    return ValidationContext(trust_roots=roots, allow_fetching=False)


def _attached(reader: PdfFileReader) -> dict[str, bytes]:
    """Name -> content of the attached files, of a flat name tree as our reports have it."""
    names: list[Any] = list(reader.root["/Names"]["/EmbeddedFiles"]["/Names"]) if "/Names" in reader.root else []
    files = {str(name): _resolved(file) for name, file in zip(names[::2], names[1::2], strict=True)}
    return {name: file["/EF"]["/F"].data for name, file in files.items()}


def _resolved(spec: Any) -> Any:  # noqa: ANN401 (PDF object)
    return spec.get_object() if hasattr(spec, "get_object") else spec


def _statement(data: bytes) -> Statement:
    try:
        top = json.loads(data)
    except ValueError as problem:
        raise InvalidInput(STATEMENT_NAME, f"is no JSON: {problem}", "give the report as it was downloaded") from None
    told = strict.fields(top, "$", _NAMES)
    strict.one_of(told["format"], "$.format", (FORMAT,))
    texts = {name: strict.text(told[name], f"$.{name}") for name in _NAMES if name not in {"format", "complete", "records"}}
    if not isinstance(told["complete"], bool) or not isinstance(told["records"], dict):
        raise InvalidInput(STATEMENT_NAME, "complete must be true or false, records an object", "give the report as it was downloaded")
    records = {str(key): strict.text(value, f"$.records.{key}") for key, value in told["records"].items()}
    return Statement(
        texts["number"], texts["madeAt"], texts["madeFor"], texts["item"], texts["audience"],
        texts["verdict"], told["complete"], texts["block"], records, texts["bundle"],
    )  # fmt: skip
