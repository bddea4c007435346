"""Labels that the dairy prints on its cartons and pallets: the designer and the print form of an order then have something to show."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from accounts.roles import Role
from issuing import label_templates
from labels.template import template
from scripts.demo.staff import STAFF

CARTON: dict[str, Any] = {
    "width": 60,
    "height": 40,
    "use": "package",
    "fields": [
        {"name": "qr", "kind": "qr", "x": 1, "y": 1, "width": 24, "height": 24},
        {"name": "product", "kind": "text", "x": 26, "y": 3, "width": 33, "height": 6, "text": "{product}", "size": 8, "bold": True},
        {"name": "spec", "kind": "text", "x": 26, "y": 10, "width": 33, "height": 5, "text": "{spec}", "size": 7},
        {"name": "produced", "kind": "text", "x": 26, "y": 16, "width": 33, "height": 5, "text": "生产日期 {produced}", "size": 7},
        {"name": "code", "kind": "text", "x": 1, "y": 27, "width": 58, "height": 4, "text": "{code}", "size": 7, "align": "center"},
        {"name": "producer", "kind": "text", "x": 1, "y": 33, "width": 58, "height": 5, "text": "{producer}", "size": 6, "align": "center"},
    ],
}
PALLET: dict[str, Any] = {
    "width": 210,
    "height": 148,
    "use": "logistics",
    "fields": [
        {"name": "title", "kind": "text", "x": 10, "y": 10, "width": 190, "height": 16, "text": "{producer}", "size": 22, "bold": True},
        {"name": "code", "kind": "text", "x": 10, "y": 40, "width": 190, "height": 14, "text": "{code}", "size": 24, "align": "center"},
        {"name": "bars", "kind": "code128", "x": 2, "y": 66, "width": 206, "height": 74},
    ],
}


def give_labels(session: Session, member: int) -> None:
    """One template for cartons, one for pallets."""
    for name, made in (("鲜奶盒 Carton 60 × 40", CARTON), ("托盘 Pallet A5", PALLET)):
        label_templates.make(session, member, name, template(made), STAFF[Role.QUALITY][1])
