"""Runs the migrations on the connection that `records.database.migrate` hands over; it owns the transaction."""

from __future__ import annotations

from alembic import context

from records.database import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], render_as_batch=True, version_table=VERSION_TABLE)
context.run_migrations()
