"""EPCs as an RFID tag holds them: hex ⇄ EPC tag URI ⇄ pure identity (GS1 EPC Tag Data Standard 14; layouts in `epc_layouts`).

Hex is upper-case and filled with zero bits up to whole bytes. A tag says how many digits the company prefix has; a barcode does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger_client.codes.epc_fields import bits_of, value_of
from ledger_client.codes.epc_layouts import BY_HEADER, LAYOUTS, OTHER_HEADERS, PREFIX_BITS, Layout
from ledger_client.codes.item_code import ItemCode
from ledger_client.codes.urn import parse as parse_urn
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

_HEX = re.compile(r"[0-9A-Fa-f]+")
_TAG_URI = re.compile(r"(?i:urn:epc:tag:([a-z]+-[0-9]+)):([0-7])\.(.+)", re.DOTALL)
_RAW_URI = re.compile(r"(?i:urn:epc:raw):([0-9]{1,4})\.(?i:x([0-9a-f]+)|([0-9]+))")
_IDENTITY = re.compile(r"(?i:urn:epc:id:([a-z]+)):(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Tag:
    """What an RFID tag holds in its EPC memory."""

    scheme: str  # "sgtin-96"
    filter: int  # 0 to 7: how the item is packed
    identity: str  # pure identity: urn:epc:id:…
    hex: str

    @property
    def uri(self) -> str:
        """The EPC tag URI: scheme, filter and identity in one."""
        return f"urn:epc:tag:{self.scheme}:{self.filter}.{self.identity.split(':', 4)[4]}"

    @property
    def prefix_length(self) -> int:
        """Digits of the GS1 company prefix."""
        return len(self.identity.split(":", 4)[4].partition(".")[0])

    def as_json(self) -> dict[str, object]:
        """For machines: the same on the command line and over HTTP."""
        return {
            "hex": self.hex,
            "scheme": self.scheme,
            "filter": self.filter,
            "prefixLength": self.prefix_length,
            "pureIdentity": self.identity,
            "tagURI": self.uri,
        }

    @property
    def item(self) -> ItemCode:
        """The item that the tag names."""
        item = parse_urn(self.identity)
        if item is None:  # every layout has a GS1 key
            raise InvalidCode(f"EPC {self.identity}", "has no GS1 key", "")
        return item


def is_epc_hex(text: str) -> bool:
    """Whether a text has the form of an EPC: 24 to 56 hex digits, with a header of the layouts."""
    return 24 <= len(text) <= 56 and _HEX.fullmatch(text) is not None and int(text[:2], 16) in BY_HEADER


def read(text: str) -> Tag | None:
    """The tag that a reader tells of: hex, tag URI or raw URI; None for a text of no such form. Raises InvalidCode."""
    start = text[:12].lower()
    if start in ("urn:epc:tag:", "urn:epc:raw:"):
        return from_tag_uri(text) if start == "urn:epc:tag:" else from_raw_uri(text)
    return decode(text) if is_epc_hex(text) else None


def decode(text: str) -> Tag:
    """The EPC that hex digits hold; raises InvalidCode. Zero bits behind it, up to the tag's words of 16 bits, are passed over."""
    if not _HEX.fullmatch(text) or len(text) < 2:
        raise InvalidCode(f"EPC {text}", "is not hex digits", "give the content of the tag's EPC memory as 0-9 A-F")
    layout = _layout(text)
    spare = len(text) * 4 - layout.bits
    if spare < 0 or len(text) > (layout.bits + 15) // 16 * 4:
        least, most = -(-layout.bits // 8) * 2, (layout.bits + 15) // 16 * 4
        allowed = str(least) if least == most else sentence("{left} or {right}", left=least, right=most)
        fix = sentence("{scheme} has {allowed}{hint}", scheme=layout.name.upper(), allowed=allowed, hint=_without_control_word(text))
        raise InvalidCode(f"EPC {text}", sentence("has {count} hex digits", count=len(text)), fix)
    value = int(text, 16)
    if value & ((1 << spare) - 1):
        raise InvalidCode(
            f"EPC {text}",
            sentence("goes on behind the {bits} bits of {scheme}", bits=layout.bits, scheme=layout.name.upper()),
            "read the tag again",
        )
    return _read(text, layout, value >> spare)


def encode(identity: str, filter_value: int = 0, scheme: str = "") -> Tag:
    """The tag of a pure identity URN. `scheme`: such as sgtin-198; by default the shortest that holds the serial. Raises InvalidCode."""
    match = _IDENTITY.fullmatch(identity)
    if match is None:
        raise InvalidCode(
            f"EPC {identity}", "is no pure identity of a single thing", "a tag holds what urn:epc:id:… names, no lot and no pattern"
        )
    parse_urn(identity)  # says what is wrong with it
    name, body = match[1].lower(), match[2]
    layouts = [layout for layout in LAYOUTS.values() if layout.scheme == name]
    if not layouts:
        raise InvalidCode(
            sentence("EPC scheme {name}", name=name),
            "has no binary form here",
            sentence("tags hold {known}", known=", ".join(sorted({one.scheme for one in LAYOUTS.values()}))),
        )
    if scheme:
        layouts = [_chosen(scheme, name)]
    for layout in layouts[:-1]:
        try:
            return _written(layout, filter_value, body)
        except InvalidCode:
            continue  # the longer one, which takes letters
    return _written(layouts[-1], filter_value, body)


def from_tag_uri(text: str) -> Tag:
    """The tag of urn:epc:tag:…; raises InvalidCode."""
    match = _TAG_URI.fullmatch(text)
    if match is None:
        raise InvalidCode(f"URN {text}", "is no EPC tag URI", "urn:epc:tag:sgtin-96:1.6901234.056789.1001 is an example")
    layout = LAYOUTS.get(match[1].lower())
    if layout is None:
        raise InvalidCode(
            sentence("EPC scheme {name}", name=match[1]), "is not known here", sentence("known: {known}", known=", ".join(LAYOUTS))
        )
    return encode(f"urn:epc:id:{layout.scheme}:{match[3]}", int(match[2]), layout.name)


def from_raw_uri(text: str) -> Tag:
    """The tag of urn:epc:raw:96.x3074… (or with the number in decimal); raises InvalidCode."""
    match = _RAW_URI.fullmatch(text)
    if match is None:
        raise InvalidCode(f"URN {text}", "is no EPC raw URI", "urn:epc:raw:96.x3035A537C837754000000001 is an example")
    bits, value = int(match[1]), int(match[2], 16) if match[2] else int(match[3][:400])
    if value >> bits or not bits or bits > 512:
        raise InvalidCode(f"URN {text}", sentence("does not fit {bits} bits", bits=bits), "check the number of bits before the dot")
    return decode(f"{value << -bits % 8:0{-(-bits // 8) * 2}X}")


def _layout(text: str) -> Layout:
    header = int(text[:2], 16)
    if header in BY_HEADER:
        return BY_HEADER[header]
    fix = sentence("read here are {known}{hint}", known=", ".join(LAYOUTS), hint=_without_control_word(text))
    what = sentence(OTHER_HEADERS.get(header, "which no EPC scheme has"))
    raise InvalidCode(f"EPC {text}", sentence("begins with {header}, {what}", header=text[:2].upper(), what=what), fix)


def _without_control_word(text: str) -> str:
    """A hint for those whose reader sends the protocol control word first."""
    hint = "; without its first four digits, the protocol control word, it is {text}"
    return sentence(hint, text=text[4:]) if is_epc_hex(text[4:]) else ""


def _chosen(scheme: str, name: str) -> Layout:
    layout = LAYOUTS.get(scheme.lower())
    if layout is None or layout.scheme != name:
        raise InvalidCode(
            sentence("EPC scheme {name}", name=scheme),
            sentence("does not hold a {name}", name=name),
            sentence("known: {known}", known=", ".join(one.name for one in LAYOUTS.values() if one.scheme == name)),
        )
    return layout


def _written(layout: Layout, filter_value: int, body: str) -> Tag:
    if not 0 <= filter_value <= 7:
        raise InvalidCode(
            sentence("filter value {number}", number=filter_value),
            "is not 0 to 7",
            "SGTIN: 1 for a retail item, 2 for a full case; SSCC: 2 for a full case, 6 for a unit load",
        )
    prefix, reference, *rest = body.split(".", 1 + (3 if layout.pieces else bool(layout.last)))
    name, digits, first = layout.name.upper(), len(prefix), PREFIX_BITS[len(prefix)]
    value = ((layout.header << 3 | filter_value) << 3 | 12 - digits) << first | int(prefix)
    value = value << layout.shared - first | bits_of(name, "reference", reference, layout.reference, layout.shared - first)
    for piece in rest[:-1]:
        value = value << 7 | int(piece)
    if layout.last:
        value = value << layout.last_bits | bits_of(name, "serial", rest[-1], layout.last, layout.last_bits)
    value <<= layout.reserved
    fill = -layout.bits % 8
    return Tag(layout.name, filter_value, f"urn:epc:id:{layout.scheme}:{body}", f"{value << fill:0{(layout.bits + fill) // 4}X}")


def _read(text: str, layout: Layout, value: int) -> Tag:
    """Take the fields off from the left."""
    at = layout.bits - 8

    def take(bits: int) -> int:
        nonlocal at
        at -= bits
        return value >> at & ((1 << bits) - 1)

    filter_value, digits = take(3), 12 - take(3)
    if digits not in PREFIX_BITS:
        raise InvalidCode(f"EPC {text}", "has the partition value 7, which no company prefix has", "read the tag again")
    first = PREFIX_BITS[digits]
    fields = [value_of(text, "company prefix", take(first), "digits", first, digits)]
    fields.append(value_of(text, "reference", take(layout.shared - first), layout.reference, layout.shared - first, layout.digits - digits))
    if layout.pieces:
        fields += [value_of(text, "piece", take(7), "digits", 7, 2) for _ in range(2)]
    if layout.last:
        fields.append(value_of(text, "serial", take(layout.last_bits), layout.last, layout.last_bits, 0))
    if take(layout.reserved):
        raise InvalidCode(
            f"EPC {text}",
            sentence("has other bits than 0 at the end, which {scheme} reserves", scheme=layout.name.upper()),
            "read the tag again",
        )
    identity = f"urn:epc:id:{layout.scheme}:{'.'.join(fields)}"
    parse_urn(identity)
    return Tag(layout.name, filter_value, identity, f"{value << -layout.bits % 8:0{-(-layout.bits // 8) * 2}X}")
