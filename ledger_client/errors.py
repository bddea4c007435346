"""Everything that can go wrong, as one small tree.

LedgerError
├── InvalidInput        the caller's data breaks a rule: `field`, `problem`, `fix`
│   ├── InvalidCode     an item code that no scheme accepts
│   ├── InvalidEvent    an EPCIS event; `field` is its JSON path
│   ├── InvalidBundle   a proof bundle that is not of the documented form
│   └── NoXml           an event of which XML cannot hold everything
├── Refused             well-formed, but the rules of the consortium forbid it
│   └── NodeRefused     the chain node answered with an error: `code`, `reason`, `data`
├── Conflict            it contradicts something already recorded
├── NotFound            nothing is recorded under that name
├── Retryable           nothing is wrong with the request; trying again may help
│   ├── NodeUnavailable the chain node is down, slow or talks nonsense
│   └── RangeTooWide    the node answers smaller questions only; `limit` if it said which
└── EvidenceError       two sources that must agree do not: `said`, `found`
    ├── WrongChain      another chain id, genesis block or contract
    ├── Fork            a block that was mirrored is no longer on the chain
    └── Incomplete      the node's answer leaves out something that is on the chain
"""

from __future__ import annotations

from typing import Self

from ledger_client.sentences import sentence


class LedgerError(Exception):
    """Base of every error that this project raises on purpose."""

    @property
    def text(self) -> str:
        """What it says, which remembers how it was made; `str` of it does not."""
        return self.args[0] if self.args and isinstance(self.args[0], str) else str(self)


class InvalidInput(LedgerError):
    """Data that breaks a rule; names the field and the way to mend it."""

    def __init__(self, field: str, problem: str, fix: str = "") -> None:
        told = sentence("{of}: {problem}", of=field, problem=sentence(problem))
        super().__init__(sentence("{told} — {fix}", told=told, fix=sentence(fix)) if fix else told)
        self.field, self.problem, self.fix = field, problem, fix

    def at(self, field: str) -> Self:
        """The same fault, told of another field."""
        return type(self)(field, self.problem, self.fix)


class InvalidCode(InvalidInput):
    """An item code that its scheme does not allow."""


class InvalidEvent(InvalidInput):
    """An EPCIS event that breaks the schema or a rule of the ledger."""


class InvalidBundle(InvalidInput):
    """A file that is not a proof bundle of a known version."""


class NoXml(InvalidInput):
    """XML has no place for something that an event holds; JSON has."""

    def __init__(self, field: str, problem: str, fix: str = "ask for JSON") -> None:
        super().__init__(field, problem, fix)


class Refused(LedgerError):
    """A well-formed wish that the consortium's rules forbid."""


class NodeRefused(Refused):
    """The chain node understood the request and answered with a JSON-RPC error."""

    def __init__(self, method: str, code: int, reason: str, data: object = None) -> None:
        super().__init__(sentence("{method}: the node answered error {code}: {reason}", method=method, code=code, reason=sentence(reason)))
        self.method, self.code, self.reason, self.data = method, code, reason, data


class Conflict(LedgerError):
    """Contradicts a record that is already stored."""


class NotFound(LedgerError):
    """Nothing is recorded under that name."""


class Retryable(LedgerError):
    """May succeed when tried again unchanged."""


class NodeUnavailable(Retryable):
    """The chain node does not answer, or not with JSON-RPC. `retry_after`: seconds the node asked us to wait."""

    def __init__(self, problem: str, retry_after: float | None = None) -> None:
        super().__init__(problem)
        self.retry_after = retry_after


class RangeTooWide(Retryable):
    """The node refuses a range or an answer of this size. `limit`: the number it named, if any."""

    def __init__(self, problem: str, limit: int | None = None) -> None:
        super().__init__(problem)
        self.limit = limit


class EvidenceError(LedgerError):
    """Two sources that must agree do not; names both sides."""

    def __init__(self, what: str, said: object, found: object) -> None:
        super().__init__(sentence("{what}: expected {said}, found {found}", what=sentence(what), said=_show(said), found=_show(found)))
        self.what, self.said, self.found = what, said, found


class WrongChain(EvidenceError):
    """The node serves another chain than the one recorded."""


class Fork(EvidenceError):
    """A mirrored block is no longer part of the chain."""


class Incomplete(EvidenceError):
    """An answer leaves out something that the chain holds."""


def _show(value: object) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else sentence(value) if isinstance(value, str) else str(value)
