"""Passwords: what a new one must be, that the same keys give the same one, and that nobody's name takes as long as somebody's."""

from __future__ import annotations

import time

import pytest
from argon2 import PasswordHasher

from accounts import passwords
from ledger_client.errors import InvalidInput


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", "has 0 characters"),
        ("short", "has 5 characters"),
        ("123456789", "has 9 characters"),
        ("ying.zhang", "is the account's name"),
        ("YING.ZHANG", "is the account's name"),
        ("aaaaaaaaaaaaaaa", "repeats"),
        ("x" * 1025, "is too long"),
        ("汉" * 400, "is too long"),
        ("x" * 10_000_000, "is too long"),
        ("\ud800" + "abcdefghijk", "half a character"),
    ],
)
def test_an_unfit_password_is_named_with_its_fix(password: str, problem: str):
    with pytest.raises(InvalidInput, match=problem) as told:
        passwords.hashed(password, "ying.zhang")
    assert told.value.field == "password"
    assert told.value.fix


@pytest.mark.parametrize("password", ["correct horse battery", "汉字密码也可以的没问题", "  spaces matter  ", "a\x00b\x00c\x00d\x00e\x00f"])
def test_a_password_matches_itself_and_nothing_else(password: str):
    stored = passwords.hashed(password)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.matches(stored, password)
    assert not passwords.matches(stored, password + "x")
    assert not passwords.matches(stored, password.strip() if password != password.strip() else password.upper() + "!")


def test_the_same_letters_in_another_encoding_are_the_same_password():
    assert passwords.matches(passwords.hashed("cafe\u0301 au lait"), "café au lait")
    assert passwords.matches(passwords.hashed("１２３４５６７８９０"), "1234567890")


def test_without_a_stored_password_nothing_matches_and_it_takes_as_long():
    stored = passwords.hashed("correct horse battery")
    passwords.matches(None, "warm up")

    def fastest(kept: str | None) -> float:
        spans = []
        for _ in range(5):
            begun = time.perf_counter()
            assert not passwords.matches(kept, "wrong horse battery")
            spans.append(time.perf_counter() - begun)
        return min(spans)

    somebody, nobody = fastest(stored), fastest(None)
    assert 0.5 < nobody / somebody < 2
    assert not passwords.matches(None, "")


def test_a_hash_of_weaker_parameters_is_outdated_and_still_matches():
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("correct horse battery")
    assert passwords.outdated(weak)
    assert passwords.matches(weak, "correct horse battery")
    assert not passwords.outdated(passwords.hashed("correct horse battery"))


def test_what_is_no_hash_matches_nothing():
    assert not passwords.matches("plain text", "plain text")


def test_drawn_passwords_differ_and_are_fit():
    drawn = {passwords.drawn() for _ in range(100)}
    assert len(drawn) == 100
    assert all(len(one) == 19 for one in drawn)
    assert passwords.matches(passwords.hashed(one := drawn.pop()), one)
