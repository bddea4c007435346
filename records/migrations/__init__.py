"""Alembic migrations of the tables of `records`; run by `records.database.migrate`."""
