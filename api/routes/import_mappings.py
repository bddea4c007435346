"""Mappings of imported tables over JSON: save one, read them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi import Path as InPath

from api.body import described, json_of
from api.callers import Writer
from api.dependencies import Db
from api.import_schemas import MappingIn, MappingOut, MappingsOut, mapping_out
from api.members_here import member_of
from api.problems import documented
from exchange.imports import mappings

router = APIRouter(prefix="/import-mappings", tags=["imports"])
PROBLEMS = (400, 401, 403, 503)


@router.get("", operation_id="listImportMappings", summary="What the company's tables mean", responses=documented(*PROBLEMS))
def list_mappings(db: Db, caller: Writer) -> MappingsOut:
    """By name, each in its newest version."""
    return MappingsOut(mappings=[mapping_out(row) for row in mappings.listed(db, member_of(db, caller))])


@router.post(
    "",
    operation_id="saveImportMapping",
    summary="Save a mapping",
    status_code=201,
    responses=documented(
        *PROBLEMS, 409, 413, 415, http_200={"model": MappingOut, "description": "It says what the newest version of the name says already"}
    ),
    openapi_extra=described(MappingIn),
)
def save_mapping(response: Response, db: Db, caller: Writer, wanted: Annotated[MappingIn, Depends(json_of(MappingIn))]) -> MappingOut:
    """Under a name that is there already it becomes a new version; imports name the version that they were read by."""
    row, new = mappings.save(db, member_of(db, caller), wanted.name, wanted.mapping(), caller.display_name or caller.name)
    caller.note(f"import mapping {row.id}", name=row.name, version=row.version)
    response.status_code = 201 if new else 200
    return mapping_out(row)


@router.get("/{mapping_id}", operation_id="getImportMapping", summary="One version of a mapping", responses=documented(*PROBLEMS, 404))
def get_mapping(
    db: Db, caller: Writer, mapping_id: Annotated[int, InPath(ge=1, le=2**62, description="number of the version")]
) -> MappingOut:
    """Versions are never changed."""
    return mapping_out(mappings.one(db, mapping_id, member_of(db, caller)))
