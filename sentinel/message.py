"""What a message about findings says, in Chinese and English: pure functions of its content."""

from __future__ import annotations

from typing import Any

KINDS = {"altered": "被改动 altered", "missing": "缺失 missing", "added": "多出 added"}


def subject(content: dict[str, Any]) -> str:
    """One line for an inbox."""
    fresh, gone = content["opened"], content["resolved"]
    if not fresh:
        return f"溯链哨兵：{gone} 项问题已消失 / TraceLedger sentinel: {gone} resolved"
    return f"溯链哨兵：发现 {fresh} 项问题 / TraceLedger sentinel: {fresh} found"


def words(content: dict[str, Any]) -> str:
    """The whole mail."""
    lines = [
        f"新发现 {content['opened']} 项，已消失 {content['resolved']} 项，未解决共 {content['unresolved']} 项。",
        f"{content['opened']} new, {content['resolved']} gone, {content['unresolved']} unresolved in all.",
        "",
    ]
    for one in content["findings"]:
        mark = "✓ 已消失 gone" if one["state"] == "resolved" else KINDS[one["kind"]]
        lines += [
            f"{mark}: {one['table']} {one['row']}" + (f" · {one['column']}" if one["column"] else ""),
            f"    expected: {one['expected']}",
            f"    found:    {one['found']}",
        ]
    if content["more"]:
        lines += ["", f"另有 {content['more']} 项 / and {content['more']} more"]
    if content["link"]:
        lines += ["", content["link"]]
    return "\n".join(lines) + "\n"
