"""Words of the Core Business Vocabulary as XML spells them: URNs or web URIs, never bare (EPCIS 2.0, header GS1-CBV-XML-Format)."""

from __future__ import annotations

from typing import Final, Literal, get_args

from ledger_client.epcis.schema import words
from ledger_client.epcis.vocabulary import CBV, GS1_VOCABULARY, terms

CbvFormat = Literal["No_Preference", "Always_Web_URI", "Always_URN", "Never_Translates"]
CBV_FORMATS: Final[tuple[CbvFormat, ...]] = get_args(CbvFormat)
URNS: Final = {"bizstep": "BizStep", "disp": "Disp", "btt": "BTT", "sdt": "SDT", "er": "ER"}  # kind in a URN -> vocabulary
_KINDS: Final = {vocabulary: kind for kind, vocabulary in URNS.items()}
_CBV_URN: Final = "urn:epcglobal:cbv:"


def spelled_word(text: str, vocabulary: str, wanted: CbvFormat) -> str:
    """A word of BizStep, Disp, BTT, SDT or ER. A bare one becomes a URN unless web URIs are wanted; what is none of the CBV stays."""
    word = _bare(text, vocabulary)
    if word is None:
        return text
    if wanted == "Always_Web_URI":
        return f"{CBV}{vocabulary}-{word}"
    return f"{_CBV_URN}{_KINDS[vocabulary]}:{word}" if wanted == "Always_URN" or ":" not in text else text


def spelled_measure(text: str, name: str, wanted: CbvFormat) -> str:
    """The `type`, `exception` or `component` of a sensor report, for which the CBV has no URN: `gs1:Temperature`, `cbv:Comp-x`."""
    if ":" in text:
        return text
    if name == "component":
        return f"{CBV}Comp-{text}" if wanted == "Always_Web_URI" else f"cbv:Comp-{text}"
    known = text in words("measurementType") or text in words("sensorAlertType")
    if not known:
        return text
    return GS1_VOCABULARY + text if wanted == "Always_Web_URI" else f"gs1:{text}"


def _bare(text: str, vocabulary: str) -> str | None:
    """The bare word that a text stands for; None for one that is not of that vocabulary."""
    for start in ("", f"{_CBV_URN}{_KINDS[vocabulary]}:", f"{CBV}{vocabulary}-", f"cbv:{vocabulary}-"):
        if text.startswith(start) and text.removeprefix(start) in terms(vocabulary):
            return text.removeprefix(start)
    return None
