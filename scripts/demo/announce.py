"""What the demo says when it is up: pages to open, commands to try, a QR code to scan."""

from __future__ import annotations

import qrcode

from scripts.demo.showcases import Showcase
from scripts.demo.staff import passwords
from scripts.home import Home

PAGES = {
    "item": "a carton, from filling to the till   一盒奶的一生",
    "lot": "a lot of cartons                     一个批次",
    "pallet": "the pallet it travelled on           它所在的托盘",
    "excursion_item": "rode in a warm truck, held, released 冷链超温后放行",
    "corrected_item": "a correction, shown as such          如实更正",
    "void_item": "misprinted and withdrawn             已作废",
    "rejected_lot": "raw milk refused and destroyed       拒收的原奶",
    "late_upload": "temperatures uploaded days late      迟到的数据",
}


def announce(url: str, rpc_url: str, shown: Showcase, home: Home, seconds: float) -> None:
    """Print it; `seconds` since the start of the command."""
    print(f"\nTraceLedger 溯链 is up after {seconds:.0f} s. Open on this machine:\n")
    for name, words in PAGES.items():
        print(f"  {words}\n    {page(url, getattr(shown, name))}")
    print(f"\n  the console, signed in as             控制台\n    {url}/console")
    for person in passwords(home):
        print(f"      {person['name']:<10}{person['password']:<22}{person['role']}")
    print(f"\n  verification, step by step            逐步核验\n    {url}/regulator\n\n  interface\n    {url}/docs\n\nTry:\n")
    for command in (f"status --server {url}", f"members --server {url}", f"verify {shown.item} --server {url} --rpc {rpc_url}"):
        print(f"  .venv/bin/ledger {command}")
    print(f"\nWrite with the key in {home.api_key_file}. Everything lies in {home.path}; Ctrl-C stops it.\n")
    code = qrcode.QRCode(border=1)
    code.add_data(page(url, shown.item))
    code.print_ascii(invert=True)


def page(url: str, code: str) -> str:
    """Where an item's page lies on this server."""
    return url + code.removeprefix("https://id.gs1.org")
