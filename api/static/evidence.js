/* Checks a proof bundle without trusting the server that gave it: docs/spec.md sections 4 to 7, the same rules as ledger_client/verify.py.
   Needs hash.js and trie.js. TraceLedger.check(bundle, published) gives
     { verdict, complete, head, count, block, steps: [step 5 and 6], records: { commitment: { verdict, steps: [1..4], properties } } }
   `published`, if given, is the deployment that the reader knows, with the hashes of its contracts' code (ledgerCode, membersCode).
   Step 2 is left to `ledger verify`: a page shows no event whole. A step is { step, outcome: "passed" | "failed" | "not checked", why }.
   It never throws on a bad bundle: it says what is wrong. */
(function (root) {
  "use strict";
  var T = root.TraceLedger;
  var FORMAT = "traceledger/1";
  var LAYOUT = { heads: 0, signers: 0, profiles: 1 }; // storage slots of Ledger.sol and Members.sol; tests/js compares them with the artifacts
  var LEAF = new Uint8Array([0]), NODE = new Uint8Array([1]), SEAL = new Uint8Array([2]);

  /* spec 4.2 */
  function leaf(name, value, salt) {
    var label = T.utf8(name);
    return T.sha256(T.join([LEAF, salt, T.uint(label.length, 4), label, T.utf8(value)]));
  }

  /* The root over leaf `index` of `size` along its audit path (spec 4.3, RFC 6962 section 2.1.1). */
  function climb(hash, index, size, path) {
    var last = size - 1, i;
    if (index < 0 || index > last) throw new Error("index " + index + " outside a tree of " + size);
    for (i = 0; i < path.length; i++) {
      if (last === 0) throw new Error("path too long");
      if (index % 2 || index === last) {
        hash = T.sha256(T.join([NODE, path[i], hash]));
        while (index % 2 === 0 && index !== 0) { index = index / 2; last = Math.floor(last / 2); }
      } else hash = T.sha256(T.join([NODE, hash, path[i]]));
      index = Math.floor(index / 2); last = Math.floor(last / 2);
    }
    if (last !== 0) throw new Error("path too short");
    return hash;
  }

  /* spec 4.4: the commitment binds the number of properties, so that nobody can miscount what is withheld */
  function seal(size, hash) { return T.sha256(T.join([SEAL, T.uint(size, 4), hash])); }

  /* spec 5.2: the head after one more anchor */
  function fold(head, commitment, signer, time) {
    return T.keccak256(T.join([head, commitment, signer, T.uint(time, 8)])).subarray(0, 28);
  }

  function bytes(text, size) {
    var value = T.fromHex(text);
    if (size !== undefined && value.length !== size) throw new Error("needs " + size + " bytes: " + text);
    return value;
  }

  /* Refuses unknown and absent fields (spec 6.1). */
  function shape(value, fields) {
    if (!value || typeof value !== "object" || Array.isArray(value)) throw new Error("not an object");
    var have = Object.keys(value).sort().join(), want = fields.slice().sort().join();
    if (have !== want) throw new Error("fields " + have + " where " + want + " are due");
    return value;
  }

  function list(value) {
    if (!Array.isArray(value)) throw new Error("not a list");
    return value;
  }

  function one(value, known) { if (known.indexOf(value) < 0) throw new Error(value + " is none of " + known.join(", ")); }

  function distinct(values, what) {
    var seen = {};
    values.forEach(function (value) {
      if (seen["_" + value]) throw new Error(what + " " + value + " stands twice");
      seen["_" + value] = true;
    });
  }

  function nodes(value) { return list(value).map(function (text) { return bytes(text); }); }

  function attempt(step, rule) {
    try { return { step: step, outcome: "passed", why: rule() || "" }; }
    catch (error) { return { step: step, outcome: "failed", why: error.message }; }
  }

  function skipped(step, why) { return { step: step, outcome: "not checked", why: why }; }

  /* Text that sorts by code point, as Python sorts, and not by UTF-16 unit. */
  function ordinal(name) { return unescape(encodeURIComponent(name)); }

  /* RFC 8785: what JSON.stringify writes, with the keys sorted. */
  function canonical(value) {
    if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    return "{" + Object.keys(value).sort().map(function (key) { return JSON.stringify(key) + ":" + canonical(value[key]); }).join(",") + "}";
  }

  /* spec 7.1 (1): form, and the event id among the properties */
  function wellFormed(record, properties) {
    list(record.disclosed).forEach(function (one) {
      shape(one, ["name", "value", "salt", "index", "path"]);
      if (typeof one.name !== "string" || typeof one.value !== "string") throw new Error("name and value must be text");
      bytes(one.salt, 32);
      properties[one.name] = JSON.parse(one.value);
      if (canonical(properties[one.name]) !== one.value) throw new Error(one.name + " is not in canonical form");
    });
    if (typeof properties.eventID !== "string") throw new Error("no event id is disclosed");
    return properties.eventID;
  }

  /* spec 7.1 (3) */
  function commits(record) {
    var before = null, beforeIndex = -1;
    record.disclosed.forEach(function (one) {
      if (before !== null && !(before < ordinal(one.name))) throw new Error("properties out of order at " + one.name);
      if (!(one.index > beforeIndex) || Math.floor(one.index) !== one.index) throw new Error("indices out of order at " + one.name);
      before = ordinal(one.name); beforeIndex = one.index;
      var path = list(one.path).map(function (text) { return bytes(text, 32); });
      var found = T.toHex(seal(record.size, climb(leaf(one.name, one.value, bytes(one.salt, 32)), one.index, record.size, path)));
      if (found !== record.commitment) throw new Error(one.name + " leads to " + found + ", not to " + record.commitment);
    });
    return record.disclosed.length + "/" + record.size;
  }

  function checkRecord(record, anchored) {
    var properties = {}, steps, failed;
    if (record.withheld !== undefined) {
      steps = [attempt(4, function () {
        shape(record, ["commitment", "withheld"]);
        one(record.withheld, ["policy", "erased", "elsewhere"]);
        return known(record, anchored);
      })];
      return { verdict: steps[0].outcome === "passed" ? (record.withheld === "erased" ? "erased" : "withheld") : "altered", steps: steps, properties: properties };
    }
    steps = [attempt(1, function () { shape(record, ["commitment", "size", "disclosed"]); return wellFormed(record, properties); })];
    steps.push(skipped(2, "partly disclosed"));
    steps.push(steps[0].outcome === "passed" ? attempt(3, function () { return commits(record); }) : skipped(3, "step 1 failed"));
    steps.push(attempt(4, function () { return known(record, anchored); }));
    failed = steps.some(function (step) { return step.outcome === "failed"; });
    return { verdict: failed ? "altered" : "verified", steps: steps, properties: properties };
  }

  function known(record, anchored) {
    if (!anchored[record.commitment]) throw new Error(record.commitment + " is not among the anchors");
    return "#" + anchored[record.commitment].join(", #");
  }

  /* spec 7.1 (5): the header is the block's, its state root proves the ledger's account, that proves the item's slot, the anchors fold to it */
  function provenHead(bundle, published) {
    var header, state, account, slot, word, head = new Uint8Array(28), item = T.keccak256(T.utf8(bundle.item));
    if (published) Object.keys(bundle.deployment).forEach(function (field) {
      if (bundle.deployment[field] !== published[field]) throw new Error("the ledger's " + field + " is " + published[field] + ", not " + bundle.deployment[field]);
    });
    header = bytes(bundle.block.header);
    if (T.toHex(T.keccak256(header)) !== bundle.block.hash) throw new Error("the header does not hash to " + bundle.block.hash);
    header = T.rlp(header);
    if (number(header[8]) !== bundle.block.number || number(header[11]) !== bundle.block.time) throw new Error("the header is of another block");
    state = header[3];
    account = T.lookUp(state, bytes(bundle.deployment.ledger, 20), nodes(bundle.accounts.ledger));
    if (!account) throw new Error("there is no ledger at " + bundle.deployment.ledger);
    account = T.rlp(account);
    if (published && T.toHex(account[3]) !== published.ledgerCode) throw new Error("the ledger's code is not the published one");
    slot = T.keccak256(T.join([item, T.uint(LAYOUT.heads, 32)]));
    word = T.word(account[2], slot, nodes(bundle.slot));
    bundle.anchors.forEach(function (anchor) {
      if (anchor.block > bundle.block.number || anchor.time > bundle.block.time) throw new Error("anchor " + anchor.seq + " is younger than the block");
      head = fold(head, bytes(anchor.commitment, 32), bytes(anchor.signer, 20), anchor.time);
    });
    if (T.toHex(T.join([T.uint(bundle.anchors.length, 4), head])) !== T.toHex(word)) {
      throw new Error("the chain holds " + T.toHex(word) + ", the " + bundle.anchors.length + " anchors fold to " + T.toHex(head));
    }
    return { state: state, head: T.toHex(head), count: bundle.anchors.length };
  }

  function number(bytesOfInteger) {
    var value = 0, i;
    for (i = 0; i < bytesOfInteger.length; i++) value = value * 256 + bytesOfInteger[i];
    return value;
  }

  /* spec 7.1 (6): the key of each anchor was the named member's and active then, both proven by the storage of Members.sol */
  function provenSigners(bundle, state, published) {
    var account = T.lookUp(state, bytes(bundle.deployment.members, 20), nodes(bundle.accounts.members)), storage, keys = {}, names = {}, used = {}, writers = {};
    if (!account) throw new Error("there is no member list at " + bundle.deployment.members);
    account = T.rlp(account);
    if (published && T.toHex(account[3]) !== published.membersCode) throw new Error("the code of the member list is not the published one");
    storage = account[2];
    list(bundle.members).forEach(function (member) {
      shape(member, ["id", "name", "endpoint", "proof"]);
      var slot = T.keccak256(T.join([T.uint(member.id, 32), T.uint(LAYOUT.profiles, 32)]));
      if (!T.same(T.word(storage, slot, nodes(member.proof)), profile(member.name, member.endpoint))) throw new Error("the chain knows member " + member.id + " under another name than " + member.name);
      names[member.id] = true;
    });
    list(bundle.signers).forEach(function (signer) {
      shape(signer, ["address", "member", "activeFrom", "activeUntil", "proof"]);
      var slot = T.keccak256(T.join([new Uint8Array(12), bytes(signer.address, 20), T.uint(LAYOUT.signers, 32)]));
      var word = T.word(storage, slot, nodes(signer.proof));
      var said = T.join([new Uint8Array(12), T.uint(signer.activeUntil, 8), T.uint(signer.activeFrom, 8), T.uint(signer.member, 4)]);
      if (!T.same(word, said)) throw new Error("the chain says otherwise of the key " + signer.address);
      keys[signer.address] = signer;
    });
    bundle.anchors.forEach(function (anchor) {
      var key = keys[anchor.signer];
      if (!key || key.member !== anchor.member || !names[key.member]) throw new Error("anchor " + anchor.seq + ": its key is not proven to be the member's");
      used[anchor.signer] = true;
      if (anchor.time < key.activeFrom || (key.activeUntil && anchor.time > key.activeUntil)) throw new Error("anchor " + anchor.seq + ": its key was not active");
    });
    bundle.signers.forEach(function (signer) {
      if (!used[signer.address]) throw new Error("the key " + signer.address + " is listed and signed nothing");
      writers[signer.member] = true;
    });
    bundle.members.forEach(function (member) { if (!writers[member.id]) throw new Error("member " + member.id + " is listed and signed nothing"); });
    return bundle.signers.length + "";
  }

  /* keccak256(abi.encode(name, endpoint)) */
  function profile(name, endpoint) {
    var a = padded(T.utf8(name)), b = padded(T.utf8(endpoint));
    return T.keccak256(T.join([T.uint(64, 32), T.uint(64 + a.length, 32), a, b]));
  }

  function padded(text) { return T.join([T.uint(text.length, 32), text, new Uint8Array((32 - text.length % 32) % 32)]); }

  function check(bundle, published) {
    var anchored = {}, proven = null, records = {}, steps, verdict;
    var form = attempt(1, function () {
      shape(bundle, ["format", "item", "audience", "deployment", "block", "accounts", "slot", "anchors", "signers", "members", "records"]);
      if (bundle.format !== FORMAT) throw new Error("the format is " + bundle.format + ", not " + FORMAT);
      shape(bundle.block, ["number", "hash", "time", "header"]);
      shape(bundle.accounts, ["ledger", "members"]);
      one(bundle.audience, ["public", "partners", "regulator"]);
      shape(bundle.deployment, ["chainId", "genesis", "ledger", "members", "council", "block"]);
      distinct(list(bundle.records).map(function (record) { return record.commitment; }), "record");
      distinct(list(bundle.signers).map(function (signer) { return signer.address; }), "signer");
      distinct(list(bundle.members).map(function (member) { return member.id; }), "member");
      list(bundle.anchors).forEach(function (anchor, i) {
        shape(anchor, ["seq", "commitment", "signer", "member", "time", "block"]);
        if (anchor.seq !== i + 1) throw new Error("anchor " + (i + 1) + " says it is number " + anchor.seq);
      });
    });
    if (form.outcome === "failed") return { verdict: "altered", complete: false, head: null, count: 0, block: null, steps: [form], records: {} };
    bundle.anchors.forEach(function (anchor) { (anchored[anchor.commitment] = anchored[anchor.commitment] || []).push(anchor.seq); });
    bundle.records.forEach(function (record) {
      records[record.commitment] = checkRecord(record, anchored);
    });
    if (bundle.block.header === "0x") steps = [skipped(5, "this chain hashes its headers in a way of its own"), skipped(6, "step 5 was not checked")];
    else {
      steps = [attempt(5, function () { proven = provenHead(bundle, published); return proven.head; })];
      steps.push(proven ? attempt(6, function () { return provenSigners(bundle, proven.state, published); }) : skipped(6, "step 5 failed"));
    }
    verdict = decide(steps, records, anchored, proven);
    return {
      verdict: verdict, complete: verdict === "verified" || verdict === "unknown", head: proven && proven.head, count: bundle.anchors.length,
      block: bundle.block, steps: steps, records: records
    };
  }

  /* spec 7.3 */
  function decide(steps, records, anchored, proven) {
    var altered = steps.some(function (step) { return step.outcome === "failed"; }), missing = false;
    Object.keys(records).forEach(function (one) { if (records[one].verdict === "altered") altered = true; });
    Object.keys(anchored).forEach(function (one) { if (!records[one]) missing = true; });
    if (altered) return "altered";
    if (missing || !proven) return "incomplete";
    return Object.keys(anchored).length ? "verified" : "unknown";
  }

  T.FORMAT = FORMAT; T.LAYOUT = LAYOUT; T.leaf = leaf; T.climb = climb; T.seal = seal; T.fold = fold; T.check = check;
})(typeof globalThis !== "undefined" ? globalThis : this);
