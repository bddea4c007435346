/* Bytes, SHA-256 (FIPS 180-4) and Keccak-256 (as Ethereum uses it) in plain 32-bit arithmetic.
   Takes and gives Uint8Array; works in any browser since 2013. Read by evidence.js, trie.js and, under node, by tests/js. */
(function (root) {
  "use strict";
  var T = root.TraceLedger = root.TraceLedger || {};

  function utf8(text) {
    var escaped = unescape(encodeURIComponent(text)), out = new Uint8Array(escaped.length), i;
    for (i = 0; i < escaped.length; i++) out[i] = escaped.charCodeAt(i);
    return out;
  }

  function fromHex(text) {
    if (typeof text !== "string" || !/^0x([0-9a-f]{2})*$/.test(text)) throw new Error("not lower-case hex with 0x: " + text);
    var out = new Uint8Array((text.length - 2) / 2), i;
    for (i = 0; i < out.length; i++) out[i] = parseInt(text.substr(2 + 2 * i, 2), 16);
    return out;
  }

  function toHex(bytes) {
    var out = "0x", i;
    for (i = 0; i < bytes.length; i++) out += (bytes[i] < 16 ? "0" : "") + bytes[i].toString(16);
    return out;
  }

  function join(parts) {
    var size = 0, at = 0, out, i;
    for (i = 0; i < parts.length; i++) size += parts[i].length;
    out = new Uint8Array(size);
    for (i = 0; i < parts.length; i++) { out.set(parts[i], at); at += parts[i].length; }
    return out;
  }

  function same(a, b) {
    if (a.length !== b.length) return false;
    for (var i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  }

  /* An unsigned integer below 2^53 as `size` big-endian bytes. */
  function uint(value, size) {
    if (typeof value !== "number" || value < 0 || value > 9007199254740991 || Math.floor(value) !== value) throw new Error("not a whole number: " + value);
    var out = new Uint8Array(size), i;
    for (i = size - 1; i >= 0; i--) { out[i] = value % 256; value = Math.floor(value / 256); }
    if (value) throw new Error("number does not fit in " + size + " bytes");
    return out;
  }

  /* The first `count` primes give both tables of SHA-256: fractional parts of their cube and square roots. */
  var K = new Int32Array(64), H0 = new Int32Array(8);
  (function () {
    var found = 0, n = 2, d;
    function fraction(x) { return ((x - Math.floor(x)) * 4294967296) | 0; }
    for (; found < 64; n++) {
      for (d = 2; d * d <= n && n % d; d++) { /* trial division */ }
      if (d * d > n) {
        if (found < 8) H0[found] = fraction(Math.sqrt(n));
        K[found++] = fraction(Math.pow(n, 1 / 3));
      }
    }
  })();

  function sha256(bytes) {
    var blocks = Math.floor((bytes.length + 72) / 64), data = new Uint8Array(blocks * 64);
    var h = new Int32Array(H0), w = new Int32Array(64), v = new Int32Array(8), b, i, t1, t2, x, y;
    data.set(bytes);
    data[bytes.length] = 128;
    data.set(uint(bytes.length * 8, 8), data.length - 8);
    for (b = 0; b < data.length; b += 64) {
      for (i = 0; i < 16; i++) w[i] = (data[b + 4 * i] << 24) | (data[b + 4 * i + 1] << 16) | (data[b + 4 * i + 2] << 8) | data[b + 4 * i + 3];
      for (; i < 64; i++) {
        x = w[i - 15]; y = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) +
          (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10));
      }
      v.set(h);
      for (i = 0; i < 64; i++) {
        x = v[4]; y = v[0];
        t1 = v[7] + (((x >>> 6) | (x << 26)) ^ ((x >>> 11) | (x << 21)) ^ ((x >>> 25) | (x << 7))) + ((x & v[5]) ^ (~x & v[6])) + K[i] + w[i];
        t2 = (((y >>> 2) | (y << 30)) ^ ((y >>> 13) | (y << 19)) ^ ((y >>> 22) | (y << 10))) + ((y & v[1]) ^ (y & v[2]) ^ (v[1] & v[2]));
        v[7] = v[6]; v[6] = v[5]; v[5] = v[4]; v[4] = v[3] + t1;
        v[3] = v[2]; v[2] = v[1]; v[1] = v[0]; v[0] = t1 + t2;
      }
      for (i = 0; i < 8; i++) h[i] += v[i];
    }
    var out = new Uint8Array(32);
    for (i = 0; i < 32; i++) out[i] = h[i >> 2] >>> (24 - 8 * (i & 3));
    return out;
  }

  /* Round constants of Keccak-f[1600] by its own shift register; lane offsets by its own walk (Keccak reference, 1.2). */
  var LOW = new Int32Array(24), HIGH = new Int32Array(24), TURN = new Int32Array(25), MOVE = new Int32Array(25);
  (function () {
    var register = 1, round, j, bit, x = 1, y = 0, t, next;
    for (round = 0; round < 24; round++) {
      for (j = 0; j < 7; j++) {
        bit = (1 << j) - 1;
        if (register & 1) { if (bit < 32) LOW[round] |= 1 << bit; else HIGH[round] |= 1 << (bit - 32); }
        register = register & 128 ? ((register << 1) ^ 0x171) : register << 1;
      }
    }
    MOVE[0] = 0;
    for (t = 0; t < 24; t++) {
      TURN[x + 5 * y] = ((t + 1) * (t + 2) / 2) % 64;
      next = (2 * x + 3 * y) % 5;
      MOVE[x + 5 * y] = y + 5 * next;
      x = y; y = next;
    }
  })();

  function permute(lo, hi) {
    var cl = new Int32Array(5), ch = new Int32Array(5), bl = new Int32Array(25), bh = new Int32Array(25), round, i, x, y, n, dl, dh, l, h;
    for (round = 0; round < 24; round++) {
      for (x = 0; x < 5; x++) {
        cl[x] = lo[x] ^ lo[x + 5] ^ lo[x + 10] ^ lo[x + 15] ^ lo[x + 20];
        ch[x] = hi[x] ^ hi[x + 5] ^ hi[x + 10] ^ hi[x + 15] ^ hi[x + 20];
      }
      for (x = 0; x < 5; x++) {
        l = cl[(x + 1) % 5]; h = ch[(x + 1) % 5];
        dl = cl[(x + 4) % 5] ^ ((l << 1) | (h >>> 31));
        dh = ch[(x + 4) % 5] ^ ((h << 1) | (l >>> 31));
        for (y = x; y < 25; y += 5) { lo[y] ^= dl; hi[y] ^= dh; }
      }
      for (i = 0; i < 25; i++) {
        n = TURN[i]; l = lo[i]; h = hi[i];
        if (n >= 32) { x = l; l = h; h = x; n -= 32; }
        bl[MOVE[i]] = n ? (l << n) | (h >>> (32 - n)) : l;
        bh[MOVE[i]] = n ? (h << n) | (l >>> (32 - n)) : h;
      }
      for (y = 0; y < 25; y += 5) {
        for (x = 0; x < 5; x++) {
          lo[y + x] = bl[y + x] ^ (~bl[y + (x + 1) % 5] & bl[y + (x + 2) % 5]);
          hi[y + x] = bh[y + x] ^ (~bh[y + (x + 1) % 5] & bh[y + (x + 2) % 5]);
        }
      }
      lo[0] ^= LOW[round]; hi[0] ^= HIGH[round];
    }
  }

  function keccak256(bytes) {
    var rate = 136, data = new Uint8Array((Math.floor(bytes.length / rate) + 1) * rate), lo = new Int32Array(25), hi = new Int32Array(25);
    var out = new Uint8Array(32), at, i, p;
    data.set(bytes);
    data[bytes.length] ^= 1;
    data[data.length - 1] ^= 128;
    for (at = 0; at < data.length; at += rate) {
      for (i = 0; i < rate / 8; i++) {
        p = at + 8 * i;
        lo[i] ^= data[p] | (data[p + 1] << 8) | (data[p + 2] << 16) | (data[p + 3] << 24);
        hi[i] ^= data[p + 4] | (data[p + 5] << 8) | (data[p + 6] << 16) | (data[p + 7] << 24);
      }
      permute(lo, hi);
    }
    for (i = 0; i < 32; i++) out[i] = (i & 4 ? hi : lo)[i >> 3] >>> (8 * (i & 3));
    return out;
  }

  T.utf8 = utf8; T.fromHex = fromHex; T.toHex = toHex; T.join = join; T.same = same; T.uint = uint;
  T.sha256 = sha256; T.keccak256 = keccak256;
})(typeof globalThis !== "undefined" ? globalThis : this);
