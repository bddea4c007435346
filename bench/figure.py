"""One measured figure: a ratio against a limit or a peer that ran in the same minutes on the same machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` compared with `target`; `higher` tells which side is good."""

    name: str
    value: float
    target: float
    higher: bool  # True: value should be at least target; False: at most
    ours: str  # what we measured, with unit
    peer: str  # what it is held against, with unit

    @property
    def reached(self) -> bool:
        """Whether the target is met in this run."""
        return self.value >= self.target if self.higher else self.value <= self.target

    def row(self, day: date) -> str:
        """One row of docs/performance.md, measured on that day."""
        sign = "≥" if self.higher else "≤"
        mark = "yes" if self.reached else "**no**"
        return f"| {self.name} | {self.value:.2f} | {sign} {self.target:g} | {mark} | {self.ours} | {self.peer} | {day} |"
