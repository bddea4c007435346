"""The file tree tells the story of the data: imports point back along one line, and the bottom stays small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINE = [
    "ledger_client",
    "labels",
    "telemetry",
    "records",
    "indexer",
    "tracing",
    "inventory",
    "accounts",
    "sentinel",
    "issuing",
    "resolver",
    "exchange",
    "recall",
    "quality",
    "analytics",
    "api",
    "scripts",
]
PACKAGES = [name for name in LINE if (ROOT / name).is_dir()]
FORBIDDEN_BELOW = {
    "ledger_client": {"sqlalchemy", "alembic", "psycopg", "fastapi", "starlette", "uvicorn", "jinja2"},
    "labels": {"sqlalchemy", "alembic", "psycopg", "fastapi", "starlette", "uvicorn", "jinja2"},
    "telemetry": {"sqlalchemy", "alembic", "psycopg", "fastapi", "starlette", "uvicorn", "jinja2"},
    "records": {"fastapi", "starlette", "uvicorn", "jinja2"},
    "indexer": {"fastapi", "starlette", "uvicorn", "jinja2"},
    "tracing": {"fastapi", "starlette", "uvicorn", "jinja2"},
    "inventory": {"fastapi", "starlette", "uvicorn", "jinja2"},
    "recall": {"fastapi", "starlette", "uvicorn", "jinja2"},
    "exchange": {"fastapi", "starlette", "uvicorn", "jinja2"},
}


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Top-level names that a file imports, with the line."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0], node.lineno


def python_files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_what_stands_before_it(package: str):
    later = set(LINE[LINE.index(package) + 1 :]) | {"tests", "bench"}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}" for path in python_files(package) for name, line in imports(path) if name in later
    ]
    assert python_files(package), f"{package} is empty"
    assert wrong == []


@pytest.mark.parametrize("package", [name for name in FORBIDDEN_BELOW if name in PACKAGES])
def test_lower_packages_know_no_web_and_the_lowest_no_sql(package: str):
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in python_files(package)
        for name, line in imports(path)
        if name in FORBIDDEN_BELOW[package]
    ]
    assert wrong == []


def test_only_the_edges_read_the_environment():
    allowed = {"api/settings.py"}
    wrong = [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        if package != "scripts"
        for path in python_files(package)
        if "os.environ" in path.read_text() and str(path.relative_to(ROOT)) not in allowed
    ]
    assert wrong == []


def test_every_package_says_what_it_is():
    for package in PACKAGES:
        docstring = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text()))
        assert docstring, package
        assert len(docstring.splitlines()) >= 3, package


def test_files_stay_readable():
    long = {
        str(path.relative_to(ROOT)): lines
        for package in PACKAGES
        for path in python_files(package)
        if (lines := len(path.read_text().splitlines())) > 400
    }
    assert long == {}
