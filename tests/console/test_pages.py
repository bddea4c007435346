"""Every page renders from its dataclass alone, in both languages, without a fault that a screen reader or a browser's policy would meet."""

from __future__ import annotations

import re
from typing import Any

import pytest

from accounts.roles import RIGHTS, Role
from api.console.navigation import PAGES as MENU
from api.console.render import render
from api.pages.words import LANGUAGES
from tests.console.markup import Page, faults
from tests.console.sampled import FOLDER, samples, visit_for

SAMPLES = samples()
HAN = re.compile(r"[\u4e00-\u9fff]+")
OUR_CHINESE = {"中文", "王芳", "王"}  # the language's own name, and the sample's account with its initial


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_page_has_no_fault_of_markup(name: str, language: Any):
    assert faults(render(SAMPLES[name](visit_for(language)))) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_what_people_wrote_is_text_and_never_markup(name: str):
    html = render(SAMPLES[name](visit_for()))
    assert "<script>alert" not in html
    assert "<img src=x" not in html


@pytest.mark.parametrize("name", SAMPLES)
def test_an_english_page_holds_no_chinese_of_ours(name: str):
    text = " ".join(element.text for element in Page(render(SAMPLES[name](visit_for("en")))).all("body", "title"))
    assert set(HAN.findall(text)) - OUR_CHINESE - theirs(name) == set()


def theirs(name: str) -> set[str]:
    """Chinese words that the sample's own data holds."""
    return set(HAN.findall((FOLDER / f"{name.partition('.')[0]}.py").read_text()))


@pytest.mark.parametrize("role", Role)
def test_the_menu_shows_what_the_role_may_open_and_nothing_else(role: Role):
    html = render(SAMPLES["overview.good_day"](visit_for("en", role)))
    shown = {element.attributes["href"] for element in Page(html).all("a") if element.attributes.get("href", "").startswith("/console")}
    for place in MENU:
        assert (place.path in shown) == (place.right in RIGHTS[role]), place


def test_the_menu_marks_where_one_is_once():
    for place in MENU:
        html = render(SAMPLES["overview.good_day"](visit_for(role=Role.OPERATOR, path=place.path)))
        marked = [element.attributes["href"] for element in Page(html).all("a") if element.attributes.get("aria-current") == "page"]
        assert marked == ([place.path] if place.right in RIGHTS[Role.OPERATOR] else [])


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_the_theme_is_set_by_the_server(theme: str):
    html = render(SAMPLES["overview.good_day"](visit_for(theme=theme)))
    assert f'data-bs-theme="{"dark" if theme == "dark" else "light"}" data-theme="{theme}"' in html
