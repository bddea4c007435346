#!/usr/bin/env node
// The npm compiler behind the two calls that py-solc-x makes of a native solc: `--version` and `--standard-json`.
// Reads standard JSON from stdin, writes the answer to stdout and nothing else there (soljson prints remarks of its own).
// Imports that the input does not hold are read from node_modules beside this folder.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

console.log = console.error;
const solc = require("solc");

const modules = path.join(__dirname, "..", "node_modules");

function contents(name) {
  const file = path.resolve(modules, name);
  if (!file.startsWith(modules + path.sep)) return { error: `${name} is outside node_modules` };
  try {
    return { contents: fs.readFileSync(file, "utf8") };
  } catch (error) {
    return { error: `${name}: ${error.code}; run npm install first` };
  }
}

if (process.argv.includes("--version")) {
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
} else if (process.argv.includes("--standard-json")) {
  process.stdout.write(solc.compile(fs.readFileSync(0, "utf8"), { import: contents }) + "\n");
} else {
  process.stderr.write("usage: solc.cjs --version | --standard-json < input.json\n");
  process.exit(2);
}
