// Loads the very files that the page is served, in the order of its script tags, and gives their one global.
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const STATIC = path.join(__dirname, "..", "..", "api", "static");
for (const name of ["hash.js", "trie.js", "evidence.js"]) {
  vm.runInThisContext(fs.readFileSync(path.join(STATIC, name), "utf8"), { filename: name });
}
module.exports = globalThis.TraceLedger;
