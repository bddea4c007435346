"""The OpenAPI description reads well and is whole, and docs/api.md speaks of every route."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from api.app import create_app
from api.routes import pages
from api.settings import Settings
from ledger_client.deployment import Deployment

DOCS = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.fixture
def described(tmp_path: Path) -> Any:
    deployment = Deployment(1, bytes(32), bytes(20), bytes(20), bytes(20), 0)
    app = create_app(Settings(f"sqlite:///{tmp_path / 'none.db'}", "http://127.0.0.1:9", deployment))
    yield app
    app.state.engine.dispose()


def operations(app: Any) -> list[tuple[str, str, dict[str, Any]]]:
    return [(method.upper(), path, told) for path, methods in app.openapi()["paths"].items() for method, told in methods.items()]


def test_every_operation_has_a_stable_id_a_summary_a_description_a_group_and_its_errors(described: Any):
    found = operations(described)
    assert sorted(told["operationId"] for _, _, told in found) == [
        "acknowledgeFinding",
        "acknowledgeNotice",
        "advisePicks",
        "approveErasure",
        "askErasure",
        "bizLocationEvents",
        "bizStepEvents",
        "capture",
        "captureJob",
        "changeAccount",
        "changeCodingRule",
        "changeLabelTemplate",
        "changeLink",
        "checkAudit",
        "closeRecall",
        "confirmLabels",
        "createAccount",
        "createCodingRule",
        "createKey",
        "createLabelTemplate",
        "createQuery",
        "createWebhook",
        "deleteLabelTemplate",
        "deleteQuery",
        "describeResolver",
        "dispositionEvents",
        "endSession",
        "endWebhook",
        "epcEvents",
        "eventTypeEvents",
        "exportAudit",
        "exportCodes",
        "exportImport",
        "exportRecall",
        "followRequest",
        "forgetPageToken",
        "freezeRecall",
        "getAccount",
        "getBizLocation",
        "getBizStep",
        "getCode",
        "getCodeOrder",
        "getCodingRule",
        "getDisposition",
        "getEpc",
        "getErasure",
        "getEvent",
        "getEventType",
        "getImport",
        "getImportMapping",
        "getLabelFile",
        "getLabelJob",
        "getLabelTemplate",
        "getNotice",
        "getQuery",
        "getReadPoint",
        "getRecall",
        "getSubscription",
        "health",
        "importTable",
        "itemBundle",
        "itemEvents",
        "listAccounts",
        "listAudit",
        "listBizLocations",
        "listBizSteps",
        "listCaptures",
        "listCodeOrders",
        "listCodingRules",
        "listCustody",
        "listDeliveries",
        "listDispositions",
        "listEpcs",
        "listErasures",
        "listEventTypes",
        "listFindings",
        "listHolds",
        "listImportMappings",
        "listImportRows",
        "listImports",
        "listKeys",
        "listLabelJobs",
        "listLabelTemplates",
        "listLinks",
        "listMembers",
        "listNoticeUnits",
        "listNotices",
        "listNoticesOfRecall",
        "listQueries",
        "listReadPoints",
        "listRecallAccounts",
        "listRecallUnits",
        "listRecalls",
        "listRecords",
        "listSessions",
        "listStock",
        "listStockViolations",
        "listSubscriptions",
        "listWebhooks",
        "makeLink",
        "makeReport",
        "metrics",
        "moveCodeOrder",
        "moveCodes",
        "newPassword",
        "noticeLetter",
        "openRecall",
        "orderCodes",
        "placeHold",
        "postEvent",
        "previewCodingRule",
        "previewLabel",
        "previewRecall",
        "printLabels",
        "queryEvents",
        "queryEventsByName",
        "readPointEvents",
        "recallCertificate",
        "refreshRecall",
        "rejectErasure",
        "releaseHold",
        "removeLink",
        "renewWebhookSecret",
        "revokeKey",
        "saveImportMapping",
        "scan",
        "scoreRecall",
        "search",
        "sendAgain",
        "sendNotices",
        "sentinel",
        "showLabel",
        "stateRecallAccount",
        "status",
        "subscribe",
        "traceItem",
        "tryImport",
        "unsubscribe",
        "verify",
        "verifyBundle",
        "verifyCertificate",
    ]
    for _, path, told in found:
        assert told["summary"], path
        assert len(told["description"]) > 20, path
        assert len(told["tags"]) == 1, path
        assert "500" in told["responses"], path
        assert "422" not in told["responses"], path


def test_every_error_answer_is_described_as_a_problem_document(described: Any):
    for _, path, told in operations(described):
        for status, answer in told["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"], (path, status)
    assert {"title", "status", "detail", "errors", "type", "requestId"} == set(
        described.openapi()["components"]["schemas"]["Problem"]["properties"]
    )


def test_every_operation_says_that_an_address_may_be_refused(described: Any):
    assert [path for _, path, told in operations(described) if "400" not in told["responses"]] == []


def test_every_operation_that_may_refuse_a_caller_takes_a_key_and_names_the_right(described: Any):
    assert described.openapi()["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for _, path, told in operations(described):
        assert ("401" in told["responses"]) == ("security" in told), path
        needed = told.get("security") == [{"key": []}]
        assert needed == ("Needs the right `" in told["description"]), path
        assert not needed or "403" in told["responses"], path


def test_every_reference_in_the_description_leads_somewhere(described: Any):
    schemas = described.openapi()["components"]["schemas"]
    wanted = set(re.findall(r"#/components/schemas/(\w+)", str(described.openapi())))
    assert wanted
    assert wanted - set(schemas) == set()


def routes(app: Any) -> set[str]:
    """Every route, pages too, as the docs write it."""
    shown = {(method, route.path) for route in pages.router.routes if isinstance(route, APIRoute) for method in route.methods or ()}
    return {f"{method} {path.replace(':path', '')}" for method, path in shown | {(method, path) for method, path, _ in operations(app)}}


def test_the_docs_speak_of_every_route(described: Any):
    text = DOCS.read_text()
    assert len(routes(described)) > 25
    assert [route for route in sorted(routes(described)) if f"`{route}`" not in text] == []


def test_the_docs_speak_of_no_route_that_is_not_there(described: Any):
    told = set(re.findall(r"`((?:GET|POST|PATCH|DELETE) /[^`\s?]*)`", DOCS.read_text()))
    assert told - routes(described) == {"GET /{key}/{rest}"}  # the form of those that follow it
