"""Every code of the generated consortium is right: form, check digit, one spelling, an invented prefix."""

from __future__ import annotations

import json
import re

import pytest

from ledger_client.codes import canonical
from scripts.demo import identifiers
from scripts.demo.companies import COMPANIES


def test_every_identifier_in_every_document_is_canonical(entries):
    links = {link for entry in entries for link in re.findall(r'"(https://id\.gs1\.org/[^"]+)"', json.dumps(entry.document))}
    assert len(links) > 1_000
    assert [link for link in links if canonical(link) != link] == []


def test_the_company_prefixes_are_chinese_and_each_company_uses_its_own():
    assert all(re.fullmatch(r"69[0-9]{6}", company.prefix) for company in COMPANIES)
    assert len({company.prefix for company in COMPANIES}) == len(COMPANIES)


@pytest.mark.parametrize(
    ("digits", "check"),
    [("629104150021", "3"), ("0629104150021", "3"), ("37610425002123456", "9"), ("401234599999", "0")],
)
def test_check_digits_are_those_of_the_gs1_specifications(digits, check):
    assert identifiers.check_digit(digits) == check


def test_serial_numbers_do_not_count(true):
    serials = {code.rpartition("/21/")[2] for one in true for code in one.codes if "/21/" in code}
    assert 300 <= len(serials) <= 600
    assert all(re.fullmatch(r"[2-9A-HJKMNP-Z]{10}", serial) for serial in serials)
