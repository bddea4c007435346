"""Compile the contracts and the council's Safe, and keep the result as data of `ledger_client`.

Reads `contracts/` and the Safe's sources from `node_modules`, drives the npm compiler through py-solc-x and `scripts/solc.cjs`,
writes `ledger_client/artifacts/*.json`. `--check` writes nothing and proves that the committed files come from the sources.
Hardhat compiles the same sources with the same settings to the same bytes (`hardhat.config.js`).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click
import solcx

ROOT = Path(__file__).resolve().parent.parent
ARTIFACTS = ROOT / "ledger_client" / "artifacts"
SAFE = "@safe-global/safe-smart-account/contracts"

# Contract name -> the source that defines it.
SOURCES = {
    "Ledger": "contracts/Ledger.sol",
    "Members": "contracts/Members.sol",
    "SafeL2": f"{SAFE}/SafeL2.sol",
    "SafeProxy": f"{SAFE}/proxies/SafeProxy.sol",
    "SafeProxyFactory": f"{SAFE}/proxies/SafeProxyFactory.sol",
}

# london: the newest rules that every named engine has. bytecodeHash none: equal bytes whatever the sources' paths.
SETTINGS: dict[str, Any] = {
    "evmVersion": "london",
    "metadata": {"bytecodeHash": "none"},
    "optimizer": {"enabled": True, "runs": 200},
}


def compile_contracts() -> dict[str, dict[str, Any]]:
    """Artifact by contract name; raises SolcError with the compiler's words, and on a warning about our own sources."""
    wanted = ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "evm.deployedBytecode.immutableReferences", "storageLayout"]
    outputs = {"*": {"": ["ast"], "*": wanted}}
    answer = _solc({"language": "Solidity", "sources": _sources(), "settings": SETTINGS | {"outputSelection": outputs}})
    ours = [e["formattedMessage"] for e in answer.get("errors", []) if e.get("sourceLocation", {}).get("file", "").startswith("contracts/")]
    if ours:
        raise solcx.exceptions.SolcError("\n".join(ours))
    names = {number: name for source in answer["sources"].values() for number, name in _variables(source["ast"])}
    return {name: _artifact(name, answer["contracts"][source][name], names) for name, source in SOURCES.items()}


def stale(compiled: dict[str, dict[str, Any]], folder: Path = ARTIFACTS) -> list[str]:
    """What differs between a folder of artifacts and the sources, one sentence per file; empty when fresh."""
    found = {path.stem: path for path in folder.glob("*.json")}
    problems = [f"{path.name}: no source makes it; remove it" for name, path in sorted(found.items()) if name not in compiled]
    for name, artifact in compiled.items():
        if name not in found:
            problems.append(f"{name}.json: is missing")
        elif found[name].read_text() != _text(artifact):
            problems.append(f"{name}.json: differs from {SOURCES[name]} in {', '.join(_differing(found[name], artifact))}")
    return problems


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 and name the artifacts that differ from the sources.")
def main(check: bool) -> None:
    """Compile the contracts into ledger_client/artifacts."""
    compiled = compile_contracts()
    if not check:
        ARTIFACTS.mkdir(exist_ok=True)
        for name, artifact in compiled.items():
            (ARTIFACTS / f"{name}.json").write_text(_text(artifact))
            print(f"{name}.json")
        return
    problems = stale(compiled)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print("run `python -m scripts.compile` and commit the result", file=sys.stderr)
        sys.exit(1)


def _solc(request: dict[str, Any]) -> dict[str, Any]:
    # The wrapper starts by `env node`; Node lives beside Python in this environment, which need not be activated.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    answer: dict[str, Any] = solcx.compile_standard(request, solc_binary=ROOT / "scripts" / "solc.cjs")
    return answer


def _sources() -> dict[str, dict[str, str]]:
    """The files to compile, by the names that imports use; the wrapper finds what they import in node_modules."""
    paths = {name: ROOT / "node_modules" / name for name in SOURCES.values() if name.startswith("@")}
    paths |= {path.relative_to(ROOT).as_posix(): path for path in sorted((ROOT / "contracts").rglob("*.sol"))}
    return {name: {"content": path.read_text()} for name, path in paths.items()}


def _variables(node: object) -> list[tuple[str, str]]:
    """AST number and name of each immutable declared below a syntax node."""
    if isinstance(node, list):
        return [found for child in node for found in _variables(child)]
    if not isinstance(node, dict):
        return []
    here = [(str(node["id"]), str(node["name"]))] if node.get("mutability") == "immutable" else []
    return here + [found for child in node.values() for found in _variables(child)]


def _artifact(name: str, output: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    runtime = output["evm"]["deployedBytecode"]
    return {
        "contractName": name,
        "sourceName": SOURCES[name],
        "compiler": f"solc {solcx.wrapper.get_solc_version(ROOT / 'scripts' / 'solc.cjs')}",
        "settings": SETTINGS,
        "abi": output["abi"],
        "bytecode": "0x" + output["evm"]["bytecode"]["object"],
        "deployedBytecode": "0x" + runtime["object"],
        "immutableReferences": {names[number]: places for number, places in runtime["immutableReferences"].items()},
        "slots": {variable["label"]: int(variable["slot"]) for variable in output["storageLayout"]["storage"]},
    }


def _text(artifact: dict[str, Any]) -> str:
    return json.dumps(artifact, indent=1) + "\n"


def _differing(path: Path, artifact: dict[str, Any]) -> list[str]:
    try:
        committed = json.loads(path.read_text())
    except json.JSONDecodeError:
        return ["everything (it is not JSON)"]
    keys = [key for key in artifact | committed if artifact.get(key) != committed.get(key)]
    return keys or ["layout of the file"]


if __name__ == "__main__":
    main()
