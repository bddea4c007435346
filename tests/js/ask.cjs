// node ask.cjs < questions: a JSON list of [function, …arguments]; answers with a JSON list of results. Bytes are hex both ways.
const T = require("./load.cjs");
const bytes = (text) => T.fromHex(text);
const calls = {
  sha256: (data) => T.toHex(T.sha256(bytes(data))),
  keccak256: (data) => T.toHex(T.keccak256(bytes(data))),
  leaf: (name, value, salt) => T.toHex(T.leaf(name, value, bytes(salt))),
  climb: (leaf, index, size, path) => T.toHex(T.climb(bytes(leaf), index, size, path.map(bytes))),
  commitment: (leaf, index, size, path) => T.toHex(T.seal(size, T.climb(bytes(leaf), index, size, path.map(bytes)))),
  fold: (head, commitment, signer, time) => T.toHex(T.fold(bytes(head), bytes(commitment), bytes(signer), time)),
  lookUp: (root, key, proof) => { const found = T.lookUp(bytes(root), bytes(key), proof.map(bytes)); return found && T.toHex(found); },
  check: (bundle, published) => T.check(bundle, published),
  layout: () => T.LAYOUT,
};
const questions = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const answers = questions.map(([name, ...rest]) => {
  try { return { value: calls[name](...rest) }; } catch (error) { return { error: error.message }; }
});
process.stdout.write(JSON.stringify(answers));
