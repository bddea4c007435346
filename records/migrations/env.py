"""Runs the migrations on the connection that `records.database.migrate` hands over; it owns the transaction."""

from __future__ import annotations

from typing import Any

from alembic import context

import records.models  # noqa: F401 (fills Base.metadata)
from records.database import Base


def _ours(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:  # noqa: ANN401 (Alembic's hook)
    return kind != "table" or name in Base.metadata.tables


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_object=_ours,
    render_as_batch=True,
    version_table="records_version",
)
context.run_migrations()
