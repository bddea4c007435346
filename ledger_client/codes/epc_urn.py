"""From an item code back to its EPC URN, which needs what the code does not say: how many digits the company prefix has.

The inverse of `urn` (GS1 EPC Tag Data Standard 6.3 and 8): urn:epc:id: for a single thing, urn:epc:class:lgtin: for a lot,
urn:epc:idpat: for a product or a type of asset. The length comes from the caller: a number, or company prefixes that are known.
"""

from __future__ import annotations

from collections.abc import Collection

from ledger_client.codes.gs1_keys import KEYS
from ledger_client.codes.item_code import ItemCode
from ledger_client.codes.urn import SCHEMES, Scheme, escaped
from ledger_client.errors import InvalidCode
from ledger_client.sentences import joined, sentence

_LENGTHS = range(6, 13)


def urn_of(item: ItemCode, prefix_length: int | None = None, prefixes: Collection[str] = ()) -> str:
    """The EPC URN of a GS1 item. Without `prefix_length` (6 to 12) one of `prefixes` has to fit. Raises InvalidCode."""
    if item.scheme != "gs1":
        raise InvalidCode(
            sentence("code {text}", text=item.uri), "names no GS1 key, and only those have an EPC URN", "give a GTIN, SSCC, GRAI …"
        )
    name, scheme = _scheme_of(item)
    digits, tail = _digits_and_tail(item, scheme)
    length = prefix_length if prefix_length is not None else _known(item, digits, prefixes)
    if length not in _LENGTHS or not (digits[:length].isdigit() and len(digits) >= length + (not scheme.digits)):
        raise InvalidCode(
            "company prefix length",
            sentence("is {length}, which does not fit {digits}", length=length, digits=digits),
            "a company prefix is its first 6 to 12 digits",
        )
    parts = [digits[:length], _reference(item, scheme, digits[length:])]
    if item.key == "8006":
        parts += [tail[:2], tail[2:4]]
    return _urn(name, scheme, parts, tail, item)


def _scheme_of(item: ItemCode) -> tuple[str, Scheme]:
    refined = next((ai for ai in KEYS[item.key].finest if ai in item.parts), "")
    fitting = [(name, scheme) for name, scheme in SCHEMES.items() if scheme.ai == item.key]
    exact = [found for found in fitting if found[1].qualifier == refined]
    if not exact and refined:
        raise InvalidCode(
            sentence("code {text}", text=item.uri),
            sentence("is refined by ({refined}), for which there is no EPC URN", refined=refined),
            "give it in another spelling",
        )
    return (exact or fitting)[0]


def _digits_and_tail(item: ItemCode, scheme: Scheme) -> tuple[str, str]:
    """The key's digits as a URN has them from the prefix on: without check digit, indicator and leading 0; and what follows them."""
    key, value = KEYS[item.key], item.parts[item.key]
    if not key.checked:
        return value, ""
    first = 1 if scheme.indicator or item.key == "8003" else 0
    return value[first : key.checked - 1], value[key.checked :]


def _known(item: ItemCode, digits: str, prefixes: Collection[str]) -> int:
    fitting = sorted({len(prefix) for prefix in prefixes if digits.startswith(prefix)})
    if len(fitting) == 1:
        return fitting[0]
    name = f"{KEYS[item.key].name} {item.parts[item.key]}"
    if fitting:
        raise InvalidCode(
            name,
            sentence(
                "begins with known company prefixes of {lengths} digits", lengths=joined("{left} and {right}", list(map(str, fitting)))
            ),
            "give the company prefix length",
        )
    raise InvalidCode(
        name, "does not tell how many digits its company prefix has", "give the company prefix length (6 to 12), or the prefix itself"
    )


def _reference(item: ItemCode, scheme: Scheme, rest: str) -> str:
    """What stands behind the prefix; the indicator (or extension digit) first."""
    if not scheme.digits:
        return escaped(rest)
    return (item.parts[item.key][0] if scheme.indicator else "") + rest


def _urn(name: str, scheme: Scheme, parts: list[str], tail: str, item: ItemCode) -> str:
    if not scheme.parts:
        return f"urn:epc:id:{name}:{'.'.join(parts)}"
    last = item.parts.get(scheme.qualifier, "") if scheme.qualifier else tail
    if item.key == "414" and not last:
        last = "0"  # no extension
    kind = "idpat" if not last else "class" if name == "lgtin" else "id"
    return f"urn:epc:{kind}:{name}:{'.'.join(parts)}.{escaped(last) or '*'}"
