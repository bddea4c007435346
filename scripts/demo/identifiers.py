"""GS1 keys as Digital Link URIs, built from a company prefix; the check digits are computed here.

Source of the rules: GS1 General Specifications 7.9.1 (check digit), 2 and 3 (structure of the keys); CBV 2.0 for business transactions.
Company prefixes have 8 digits here, as GS1 China gives out under 692 to 699.
"""

from __future__ import annotations

BASE = "https://id.gs1.org"


def check_digit(digits: str) -> str:
    """The mod-10 check digit of `digits` (GS1 GenSpecs 7.9.1): weights 3, 1, 3 … from the right."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def gtin(prefix: str, reference: int, indicator: int = 0) -> str:
    """14 digits; indicator 0 = sales unit, 1 to 8 = packaging levels, 9 = variable measure (sold by weight)."""
    body = f"{indicator}{prefix}{reference:04d}"
    return body + check_digit(body)


def product(code: str) -> str:
    """A product class: `gtin` without lot or serial."""
    return f"{BASE}/01/{code}"


def lot(code: str, number: str) -> str:
    """A lot of the product with GTIN `code`."""
    return f"{BASE}/01/{code}/10/{number}"


def serial(code: str, number: str) -> str:
    """One serial item of the product with GTIN `code`."""
    return f"{BASE}/01/{code}/21/{number}"


def gln(prefix: str, reference: int) -> str:
    """13 digits of a Global Location Number."""
    body = f"{prefix}{reference:04d}"
    return body + check_digit(body)


def place(code: str) -> str:
    """A physical place, by its GLN."""
    return f"{BASE}/414/{code}"


def party(code: str) -> str:
    """A company as a party to a transaction, by its GLN."""
    return f"{BASE}/417/{code}"


def sscc(prefix: str, number: int) -> str:
    """A logistic unit (pallet), extension digit 3."""
    body = f"3{prefix}{number:08d}"
    return f"{BASE}/00/{body}{check_digit(body)}"


def asset(prefix: str, reference: str) -> str:
    """One individual asset: truck, data logger (GIAI)."""
    return f"{BASE}/8004/{prefix}{reference}"


def document(prefix: str, kind: int, number: str) -> str:
    """One document: certificate, laboratory report (GDTI)."""
    body = f"{prefix}{kind:04d}"
    return f"{BASE}/253/{body}{check_digit(body)}{number}"


def transaction(issuer: str, reference: str) -> str:
    """A business transaction `reference` in the numbering of the company with GLN `issuer` (CBV 2.0, business transaction URN)."""
    return f"urn:epcglobal:cbv:bt:{issuer}:{reference}"
