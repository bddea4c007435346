"""Members' links over JSON, and what this resolver says of itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as InPath
from fastapi.responses import Response

from accounts.roles import Right
from api.body import described, json_of
from api.callers import Caller, allowed
from api.dependencies import Configured, Db
from api.link_schemas import LinkIn, LinkOut, LinksOut, Namespace, ResolverOut
from api.members_here import member_of, seen_by
from api.problems import documented
from api.routes.pages import KEYS
from ledger_client.errors import InvalidInput
from resolver import links, types
from resolver.links import Wanted
from resolver.linkset import CONTEXT
from resolver.models import ItemLink
from resolver.pattern import prefix_of

router = APIRouter(tags=["codes"])
ReaderOf = Annotated[Caller, Depends(allowed(Right.READ), scope="function")]
Linker = Annotated[Caller, Depends(allowed(Right.CODES), scope="function")]
Number = Annotated[int, InPath(ge=1, le=2**62, description="number of the link")]
PROBLEMS = (400, 401, 403, 503)


@router.get("/links", operation_id="listLinks", summary="The member's links", responses=documented(*PROBLEMS))
def list_links(
    db: Db,
    caller: ReaderOf,
    after: Annotated[int, Query(ge=0, le=2**62, description="`next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> LinksOut:
    """Where the codes of the caller's member lead, beside the items' own pages."""
    rows = links.listed(db, seen_by(db, caller), after, limit + 1)
    return LinksOut(links=[link_out(row) for row in rows[:limit]], next=rows[limit - 1].id if len(rows) > limit else None)


@router.post(
    "/links",
    operation_id="makeLink",
    summary="Set a link",
    status_code=201,
    responses=documented(*PROBLEMS, 409, 413, 415),
    openapi_extra=described(LinkIn),
)
def make_link(db: Db, caller: Linker, wanted: Annotated[LinkIn, Depends(json_of(LinkIn))]) -> LinkOut:
    """From now on for every scan. 403 for what the member was not first to have a coding rule for, or to record the commissioning of."""
    row = links.make(db, member_of(db, caller), wanted_of(wanted), caller.display_name or caller.name)
    note(caller, row)
    return link_out(row)


@router.put(
    "/links/{link_id}",
    operation_id="changeLink",
    summary="Change a link",
    responses=documented(*PROBLEMS, 404, 409, 413, 415),
    openapi_extra=described(LinkIn),
)
def change_link(db: Db, caller: Linker, link_id: Number, wanted: Annotated[LinkIn, Depends(json_of(LinkIn))]) -> LinkOut:
    """The whole link anew; what it said before is forgotten, but for the audit log."""
    row = links.one(db, link_id, member_of(db, caller))
    links.change(db, row, wanted_of(wanted), caller.display_name or caller.name)
    note(caller, row)
    return link_out(row)


@router.delete("/links/{link_id}", operation_id="removeLink", summary="End a link", status_code=204, responses=documented(*PROBLEMS, 404))
def remove_link(db: Db, caller: Linker, link_id: Number) -> Response:
    """Scans lead to the item's own page again, or to a link that is less specific."""
    row = links.one(db, link_id, member_of(db, caller))
    note(caller, row)
    links.remove(db, row)
    return Response(status_code=204)


@router.get("/.well-known/gs1resolver", operation_id="describeResolver", summary="What this resolver can do", responses=documented())
def describe_resolver(request: Request, settings: Configured, answer: Response) -> ResolverOut:
    """The resolver description file of the GS1-Conformant Resolver standard, for applications that scan."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return ResolverOut(
        name="TraceLedger",
        resolver_root=settings.public_url or str(request.base_url).rstrip("/"),
        supported_primary_keys=list(KEYS),
        supported_link_type=[Namespace(namespace=types.VOCABULARY, prefix=types.CURIE)],
        json_ld_context_location=CONTEXT,
    )


def wanted_of(body: LinkIn) -> Wanted:
    """The link that a body describes; InvalidInput unless it says in one way what for."""
    if bool(body.code) == bool(body.company_prefix):
        raise InvalidInput("code", "and companyPrefix are both given or both missing", "give one of them")
    return Wanted(**body.model_dump())


def link_out(row: ItemLink) -> LinkOut:
    """A link as it is sent."""
    prefix = prefix_of(row.pattern)
    return LinkOut(
        id=row.id,
        code="" if prefix else row.pattern,
        company_prefix=prefix,
        link_type=types.curie(row.link_type),
        target=row.target,
        title=row.title,
        language=row.language,
        media_type=row.media_type,
        first=row.first,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )


def note(caller: Caller, row: ItemLink) -> None:
    """What the audit log remembers."""
    caller.note(f"link {row.id}", pattern=row.pattern, linkType=types.curie(row.link_type), target=row.target)
