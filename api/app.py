"""The server, top to bottom: settings, database, chain, headers, errors, routes, pages, static files.

`create_app(settings)` for scripts and tests; `serve` for a process of its own: see `api.serve`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from accounts.oidc import Provider
from api import assets, failures, figures
from api.address import without_nul
from api.buckets import Buckets
from api.console import routes as console
from api.decompressing import Decompressing
from api.description import DESCRIPTION, TAGS, describe
from api.refusal import HeardRefusal
from api.request_ids import RequestIds
from api.routes import (
    abilities,
    administration,
    audit,
    capture,
    certificates,
    code_orders,
    codes,
    coding_rules,
    custody,
    directory,
    epcis,
    erasures,
    events,
    health,
    holds,
    import_mappings,
    imports,
    items,
    label_jobs,
    label_templates,
    links,
    members,
    metrics,
    notices,
    pages,
    queries,
    recalls,
    regulator,
    requests,
    resolver,
    resources,
    scan,
    search,
    sentinel,
    sign_in,
    stock,
    streams,
    subscriptions,
    trace,
    verify,
    wallet,
    webhooks,
)
from api.security import SecurityHeaders
from api.settings import Settings, from_environment
from api.streams.places import Places, Tide
from indexer import models as mirror
from ledger_client.chain import Chain
from records.database import open_engine, open_sessions
from telemetry import logs


def create_app(settings: Settings) -> FastAPI:
    """The application of one server; the tables of `records` must have been migrated."""
    app = FastAPI(
        title="TraceLedger",
        summary="Quality traceability that proves itself",
        description=DESCRIPTION,
        version="1",
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        dependencies=[Depends(without_nul)],
    )
    engine = open_engine(settings.database_url, settings.keyring)
    mirror.create(engine)
    app.state.settings = settings
    app.state.engine = engine
    app.state.sessions = open_sessions(engine)
    app.state.chain = Chain(settings.rpc_url, settings.deployment, settings.node_seconds)
    app.state.buckets = Buckets()
    app.state.places = Places()
    app.state.tide = Tide(app.state.sessions)
    app.state.directory = Provider(settings.directory) if settings.directory else None
    app.add_middleware(Decompressing)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(HeardRefusal)
    app.add_middleware(RequestIds)
    failures.install(app)
    for routes in (  # looked through in this order, twice a request: first those that are asked most
        verify,
        capture,
        events,
        epcis,
        resources,
        abilities,
        items,
        scan,
        search,
        members,
        health,
        metrics,
        requests,
        sentinel,
        audit,
        erasures,
        holds,
        recalls,
        notices,
        certificates,
        coding_rules,
        code_orders,
        codes,
        queries,
        streams,
        subscriptions,
        trace,
        custody,
        stock,
        webhooks,
        label_templates,
        label_jobs,
        import_mappings,
        imports,
        links,
        administration,
        regulator,
        sign_in,
        wallet,
        directory,
        pages,
        resolver,
        console,
    ):
        app.include_router(routes.router)
    app.mount("/static", assets.files(), name="static")
    describe(app)
    return app


def serve() -> FastAPI:
    """The application of the environment's settings, as a process of its own."""
    logs.start("api")
    return create_app(from_environment())


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Leave figures meanwhile; close what was opened, once the last answer is sent."""
    async with figures.left(app.state.sessions, app.state.settings.process):
        yield
    app.state.chain.close()
    app.state.engine.dispose()
