"""Which files of an installation's folder a backup holds.

As they are: key files stay encrypted. What opens them, and every other secret that lies in the folder in the clear, comes along only
when it is asked for; without it a start makes new ones, apart from the passphrase, which nobody can make anew.
"""

from __future__ import annotations

from pathlib import Path

from scripts.home import Home

ALWAYS = ("deployment.json", "keys/*.json")
SECRET = ("passphrase", "tls/*", "api-key", "api-keys/*")
"""The key files' passphrase; keys of TLS and of report signatures; bearer keys in the clear."""


def files(home: Home, *, secrets: bool) -> list[Path]:
    """The files, relative to the folder, in the order of their names."""
    wanted = (*ALWAYS, *SECRET) if secrets else ALWAYS
    found = {file for pattern in wanted for file in home.path.glob(pattern) if file.is_file() and file.suffix != ".new"}
    return sorted(file.relative_to(home.path) for file in found)
