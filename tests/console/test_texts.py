"""Every text that is asked for exists in both languages, and every text that exists is asked for; so do icons."""

from __future__ import annotations

import hashlib
import json
import re
import string
from pathlib import Path

import pytest

from accounts.roles import Right
from api.console.navigation import PAGES
from api.console.render import ASSETS, ICONS, icon
from api.console.words import FOLDER, merged
from api.pages.render import API, STATIC

FILES = sorted(FOLDER.glob("*.json"))
TEXTS = {key: text for path in FILES for key, text in json.loads(path.read_text()).items()}
AREAS = "|".join(path.stem for path in FILES)
WHERE = ((API / "console", "*.py"), (API / "routes", "*.py"), (API / "templates" / "console", "*.html"))
SOURCES = [path.read_text() for folder, kind in WHERE for path in folder.rglob(kind)]
PLAIN = {key for source in SOURCES for key in re.findall(rf"""["']((?:{AREAS})\.[\w.]+)["']""", source)}
BEGUN = {begun for source in SOURCES for begun in re.findall(rf"""f["']((?:{AREAS})\.[\w.]*)\{{""", source)}  # f"events.state.{state}"
MENU = {f"frame.section.{place.section}" for place in PAGES} | {place.text for place in PAGES}


@pytest.mark.parametrize("key", TEXTS)
def test_a_text_has_both_languages_with_the_same_blanks(key: str):
    text = TEXTS[key]
    assert set(text) == {"zh", "en"}
    assert all(text[language].strip() for language in text)
    blanks = [{name for _, name, _, _ in string.Formatter().parse(text[language]) if name} for language in ("zh", "en")]
    assert blanks[0] == blanks[1] or key.endswith(".one")


def test_every_text_that_is_asked_for_exists():
    keys = {key for key in PLAIN if not key.endswith((".html", ".json", ".css", ".js"))}
    assert keys
    assert {key for key in keys | MENU if key not in TEXTS} == set()
    assert {begun for begun in BEGUN if not any(key.startswith(begun) for key in TEXTS)} == set()


def test_every_right_has_a_text():
    assert {f"accounts.right.{right}" for right in Right} <= set(TEXTS)


def test_every_text_is_asked_for():
    def asked(key: str) -> bool:
        return key in PLAIN | MENU or any(key.startswith(begun) for begun in BEGUN) or ".done." in key

    assert [key for key in TEXTS if not asked(key.removesuffix(".one"))] == []


def test_a_key_that_does_not_begin_with_its_files_name_is_refused(tmp_path: Path):
    (tmp_path / "things.json").write_text('{"other.title": {"zh": "a", "en": "a"}}')
    with pytest.raises(ValueError, match=r"must begin with things\."):
        merged(tmp_path.glob("*.json"))


def test_every_icon_that_is_asked_for_exists_and_every_icon_is_asked_for():
    there = {path.stem for path in ICONS.glob("*.svg")}
    words = {word for source in SOURCES for word in re.findall(r"""["']([a-z][a-z0-9-]*)["']""", source)}
    drawn = {name for source in SOURCES for name in re.findall(r"""icon\(["']([\w-]+)["']\)""", source)} | {place.icon for place in PAGES}
    assert drawn <= there
    assert there - words == set()
    assert all("<path" in icon(name) for name in there)


def test_the_static_files_are_small_and_where_they_come_from_is_said():
    sizes = {path.name: path.stat().st_size for path in STATIC.rglob("*") if path.is_file()}
    assert sizes.pop("zxing.min.js") < 400 * 1024  # fetched only when somebody presses the camera button
    assert sizes.pop("cytoscape.min.js") + sizes.pop("cytoscape-dagre.min.js") < 480 * 1024  # fetched only by the page of a trace
    assert sum(sizes.values()) < 1024 * 1024
    sources = (STATIC / "vendor" / "SOURCES.md").read_text()
    for name in ASSETS:
        assert (STATIC / name).is_file()
        digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
        assert not name.startswith("vendor/") or f"| `{name.removeprefix('vendor/')}` | `{digest}` |" in sources


def test_no_file_of_ours_points_to_another_server():
    ours = [*(STATIC / "console").iterdir(), *(API / "templates" / "console").rglob("*.html")]
    texts = {path.name: path.read_text().replace("http://www.w3.org/2000/svg", "") for path in ours}
    assert [name for name, text in texts.items() if re.search(r"""["'(]https?://""", text)] == []
