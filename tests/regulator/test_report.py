"""A signed audit report says in words what its bundle proves, and `ledger verify` finds whatever was done to it afterwards."""

from __future__ import annotations

import io
import json
import random
import re
import warnings
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner, Result
from fpdf import FPDF
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from sqlalchemy import select

from accounts.models import AuditEntry
from api.regulator.signing import ReportSigner
from ledger_client import report
from ledger_client.bundle import Bundle
from ledger_client.cli import main
from scripts.home import Home
from scripts.tls import report_certificate
from tests.regulator.conftest import CODE, Office


def verified(folder: Path, data: bytes, *options: str) -> Result:
    file = folder / "milk.report.pdf"
    file.write_bytes(data)
    return CliRunner().invoke(main, ["verify", str(file), *options])


def words_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def signer_of(folder: Path) -> ReportSigner:
    certificate = report_certificate(Home.at(folder), "Somebody else")
    return ReportSigner(certificate, certificate.with_suffix(".key"))


def test_a_report_verifies_offline_and_against_the_node(office: Office, tmp_path):
    data = office.report()
    offline = verified(tmp_path, data, "--authority", str(office.authority))
    assert (offline.exit_code, offline.stdout.split("\t")[0]) == (0, "verified"), offline.output
    live = verified(tmp_path, data, "--rpc", office.server.installation.settings.rpc_url, "--steps", "--json")
    told = json.loads(live.stdout)
    steps = {(step["step"], step["part"]): step["outcome"] for step in told["steps"]}
    assert (told["verdict"], told["chainConfirmed"]) == ("verified", True)
    assert steps[8, "signature"] == steps[8, "statement"] == "passed"
    assert steps[8, "signed by"] == "not checked"


def test_the_report_reads_well_in_both_languages_and_names_who_asked(office: Office):
    chinese, english = words_of(office.report()), words_of(office.report(language="en"))
    for said in ("审计报告", "履历完整，未被改动", "青山牧场", "市场监管 王检", CODE):
        assert said in chinese, said
    for said in ("Audit report", "Complete and unaltered", "What this report does not prove", CODE):
        assert said in english, said


def test_an_auditor_sees_what_the_public_does_not(office: Office):
    found = report.read(office.report())
    assert (found.statement.audience, found.bundle.audience) == ("regulator", "regulator")
    assert "urn:x:po:77" in words_of(office.report())


def test_who_made_which_report_stands_in_the_audit_log(office: Office):
    number = report.read(office.report()).statement.number
    with office.server.installation.sessions() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "make_report")).one()
    assert (entry.actor, entry.subject, entry.details["report"]) == ("inspector", CODE, number)


def test_a_report_of_another_authority_is_altered(office: Office, tmp_path):
    signer_of(tmp_path / "other")
    told = verified(tmp_path, office.report(), "--authority", str(tmp_path / "other" / "tls" / "authority.pem"))
    assert told.exit_code == 1
    assert "does not lead to the given authority" in told.stderr


def test_any_changed_byte_that_is_signed_keeps_a_report_from_verifying(office: Office, tmp_path):
    """All but the room for the signature itself, whose padding nothing can cover (ISO 32000-2 12.8.1)."""
    data, dice = office.report(), random.Random(7)
    told = re.findall(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", data)
    assert len(told) == 1
    start, length, after, rest = map(int, told[0])
    assert (start, after + rest) == (0, len(data))
    signed = [*range(length), *range(after, len(data))]
    assert len(signed) > len(data) - 20_000
    for place in dice.sample(signed, 60):
        changed = bytearray(data)
        changed[place] ^= 1 << dice.randrange(8)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the PDF library, about a file that is broken on purpose
            told = verified(tmp_path, bytes(changed))
        assert told.exit_code == 1, (place, told.output)
        assert isinstance(told.exception, SystemExit), (place, told.exception)


def test_what_was_added_after_signing_is_seen(office: Office, tmp_path):
    writer, out = IncrementalPdfFileWriter(io.BytesIO(office.report())), io.BytesIO()
    writer.set_info(writer.add_object(writer.root["/Pages"].get_object().__class__({})))
    writer.write(out)
    told = verified(tmp_path, out.getvalue())
    assert told.exit_code == 1
    assert "signature" in told.stderr


def test_a_false_statement_is_found_even_when_it_is_signed(office: Office, tmp_path):
    genuine = report.read(office.report())
    statement = genuine.statement.to_json() | {"verdict": "altered"}
    told = verified(tmp_path, signer_of(tmp_path / "x").sign(forged(genuine.bundle_bytes, statement), "x"))
    assert told.exit_code == 1
    assert "states another verdict" in told.stderr


def test_an_altered_bundle_inside_a_signed_report_is_altered(office: Office, tmp_path):
    genuine = report.read(office.report())
    bundle = genuine.bundle_bytes.replace(b'\\"shipping\\"', b'\\"stealing\\"')
    told = verified(tmp_path, signer_of(tmp_path / "x").sign(forged(bundle, genuine.statement.to_json()), "x"))
    assert (told.exit_code, told.stdout.split("\t")[0]) == (1, "altered")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_unsigned_report_is_altered(office: Office, tmp_path, language):
    genuine = report.read(office.report(language=language))
    told = verified(tmp_path, forged(genuine.bundle_bytes, genuine.statement.to_json()))
    assert told.exit_code == 1
    assert "is not signed" in told.stderr


@pytest.mark.parametrize("data", [b"%PDF-", b"%PDF-1.7\n%%EOF", b"%PDF-1.7" + bytes(5000)])
def test_what_is_no_pdf_is_refused_in_words(tmp_path, data):
    told = verified(tmp_path, data)
    assert told.exit_code == 1
    assert "cannot be read as a PDF" in told.stderr


def test_another_pdf_is_no_report(tmp_path):
    paper = FPDF()
    paper.add_page()
    told = verified(tmp_path, bytes(paper.output()))
    assert told.exit_code == 1
    assert "has no attached bundle.json" in told.stderr


def test_a_report_needs_the_right_and_the_certificate(office: Office):
    http = office.server.http
    assert http.post("/reports", data={"code": CODE}).status_code == 401
    assert (
        http.post(
            "/reports", data={"code": CODE}, headers=office.server.as_writer() | {"Content-Type": "application/x-www-form-urlencoded"}
        ).status_code
        == 403
    )
    assert http.post("/reports", data={"code": "(01)06901234567893"}, headers=office.headers).status_code == 400
    assert http.post("/reports", data={"code": "(01)06901234567892(21)NOBODY"}, headers=office.headers).status_code == 404


def forged(bundle: bytes, statement: dict[str, object]) -> bytes:
    """A report as somebody might make it with tools of his own."""
    Bundle.of_bytes(bundle)
    paper = FPDF()
    paper.add_page()
    paper.embed_file(bytes=bundle, basename=report.BUNDLE_NAME)
    paper.embed_file(bytes=json.dumps(statement).encode(), basename=report.STATEMENT_NAME)
    return bytes(paper.output())
