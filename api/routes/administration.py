"""What operators do about people and machines over JSON: accounts, their API keys, their sessions."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import accounts, keys, sessions

router = APIRouter(tags=["accounts"])
for part in (accounts, keys, sessions):
    router.include_router(part.router)
