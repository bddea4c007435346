/* Merkle Patricia proofs of an Ethereum state (Yellow Paper, appendices B and D): RLP and the walk from a root to a value.
   Needs hash.js. Read by evidence.js. */
(function (root) {
  "use strict";
  var T = root.TraceLedger;

  /* Decode one RLP item: bytes -> Uint8Array, list -> Array. Refuses anything after it. */
  function rlp(bytes) {
    var at = 0;
    function length(size) {
      var value = 0, i;
      if (size > 4) throw new Error("RLP length too large");
      for (i = 0; i < size; i++) value = value * 256 + need(1)[0];
      return value;
    }
    function need(size) {
      if (at + size > bytes.length) throw new Error("RLP ends early");
      at += size;
      return bytes.subarray(at - size, at);
    }
    function item() {
      var first = need(1)[0], end, list = [];
      if (first < 0x80) return bytes.subarray(at - 1, at);
      if (first < 0xb8) return need(first - 0x80);
      if (first < 0xc0) return need(length(first - 0xb7));
      end = first < 0xf8 ? first - 0xc0 : length(first - 0xf7);
      end += at;
      while (at < end) list.push(item());
      if (at !== end) throw new Error("RLP list overruns");
      return list;
    }
    var value = item();
    if (at !== bytes.length) throw new Error("RLP has a tail");
    return value;
  }

  function nibbles(bytes) {
    var out = [], i;
    for (i = 0; i < bytes.length; i++) out.push(bytes[i] >> 4, bytes[i] & 15);
    return out;
  }

  /* The value under keccak256(key) in the trie with that root, or null when the proof shows there is none.
     `proof` lists the RLP of the nodes from the root down. Throws when it does not lead there. */
  function lookUp(rootHash, key, proof) {
    var path = nibbles(T.keccak256(key)), at = 0, used = 0, node, next = rootHash, part, odd, leaf, i;
    if (!proof.length && T.same(rootHash, T.keccak256(new Uint8Array([128])))) return null;
    for (;;) {
      if (Array.isArray(next)) node = next; // a node shorter than 32 bytes stands inside its parent
      else {
        if (next.length === 0) { if (used !== proof.length) throw new Error("proof has nodes too many"); return null; }
        if (used >= proof.length) throw new Error("proof ends early");
        if (!T.same(T.keccak256(proof[used]), next)) throw new Error("node " + used + " of the proof has another hash");
        node = rlp(proof[used++]);
      }
      if (node.length === 17) {
        if (at === path.length) { next = node[16]; break; }
        next = node[path[at++]];
        continue;
      }
      if (node.length !== 2) throw new Error("not a trie node");
      part = nibbles(node[0]); leaf = part[0] >= 2; odd = part[0] % 2;
      part = part.slice(odd ? 1 : 2);
      for (i = 0; i < part.length; i++) if (part[i] !== path[at + i]) { if (used !== proof.length) throw new Error("proof has nodes too many"); return null; }
      at += part.length;
      next = node[1];
      if (leaf) { if (at !== path.length) throw new Error("leaf too high"); break; }
    }
    if (used !== proof.length) throw new Error("proof has nodes too many");
    return next.length ? next : null;
  }

  /* A storage word (32 bytes) out of an account's storage trie; an absent one is zero. */
  function word(storageRoot, slot, proof) {
    var value = lookUp(storageRoot, slot, proof), out = new Uint8Array(32);
    if (value) { value = rlp(value); out.set(value, 32 - value.length); }
    return out;
  }

  T.rlp = rlp; T.lookUp = lookUp; T.word = word;
})(typeof globalThis !== "undefined" ? globalThis : this);
