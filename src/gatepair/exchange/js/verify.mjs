// The second verifier: evidence files and bundles of the exchange, checked in plain JavaScript without any dependency.
//
//   node verify.mjs FILE --policy FILE [--json] [--lang vi|zh|en|fr]     exit code 0, 1, 2, 3
//
// It follows docs/protocol, clause 17, and gives the same report, byte for byte, as the one in Python; it shares no
// code with that one but the table of words at the end.  The page verify.html is made of this module.

export class Malformed extends Error {}

const fail = (message) => { throw new Malformed(message); };

// --- bytes ------------------------------------------------------------------------------------------------------

const utf8 = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const equal = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}

const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

/** Return the bytes of canonical base64, null for anything else: loose bits would give one text two spellings. */
function unbase64(text) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4) return null;
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  return base64(bytes) === text ? bytes : null;
}

/** Compare texts as their code points stand, not as UTF-16 does. */
function byCodePoints(one, other) {
  const [a, b] = [Array.from(one), Array.from(other)];
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const difference = a[at].codePointAt(0) - b[at].codePointAt(0);
    if (difference) return difference;
  }
  return a.length - b.length;
}

// --- SHA-256 and SHA-512 (FIPS 180-4) -----------------------------------------------------------------------------

const PRIMES = [];
for (let number = 2; PRIMES.length < 80; number += 1) {
  if (PRIMES.every((prime) => number % prime)) PRIMES.push(number);
}

/** Return the first `bits` bits of the fraction of the square or cube root of `prime`. */
function rootBits(prime, degree, bits) {
  const target = BigInt(prime) << BigInt(degree * bits);
  let [low, high] = [0n, 1n << BigInt(bits + 5)];
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** BigInt(degree) <= target) low = middle; else high = middle;
  }
  return low & ((1n << BigInt(bits)) - 1n);
}

const K256 = Uint32Array.from(PRIMES.slice(0, 64), (prime) => Number(rootBits(prime, 3, 32)));
const H256 = Uint32Array.from(PRIMES.slice(0, 8), (prime) => Number(rootBits(prime, 2, 32)));

function padded(bytes, block, lengthBytes) {
  const size = Math.ceil((bytes.length + 1 + lengthBytes) / block) * block;
  const whole = new Uint8Array(size);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  new DataView(whole.buffer).setBigUint64(size - 8, BigInt(bytes.length) * 8n);
  return whole;
}

export function sha256(...parts) {
  const message = padded(parts.length === 1 ? parts[0] : joined(...parts), 64, 8);
  const view = new DataView(message.buffer);
  const state = Uint32Array.from(H256);
  const words = new Uint32Array(64);
  const turn = (word, by) => (word >>> by) | (word << (32 - by));
  for (let offset = 0; offset < message.length; offset += 64) {
    for (let at = 0; at < 16; at += 1) words[at] = view.getUint32(offset + 4 * at);
    for (let at = 16; at < 64; at += 1) {
      const [w2, w15] = [words[at - 2], words[at - 15]];
      const s0 = turn(w15, 7) ^ turn(w15, 18) ^ (w15 >>> 3);
      const s1 = turn(w2, 17) ^ turn(w2, 19) ^ (w2 >>> 10);
      words[at] = words[at - 16] + s0 + words[at - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let at = 0; at < 64; at += 1) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K256[at] + words[at]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] += word; });
  }
  const digest = new Uint8Array(32);
  state.forEach((word, at) => new DataView(digest.buffer).setUint32(4 * at, word));
  return digest;
}

const MASK64 = (1n << 64n) - 1n;

function sha512(message) {
  const K = PRIMES.map((prime) => rootBits(prime, 3, 64));
  let state = PRIMES.slice(0, 8).map((prime) => rootBits(prime, 2, 64));
  const whole = padded(message, 128, 16);
  const view = new DataView(whole.buffer);
  const turn = (word, by) => ((word >> by) | (word << (64n - by))) & MASK64;
  for (let offset = 0; offset < whole.length; offset += 128) {
    const words = Array.from({ length: 16 }, (_, at) => view.getBigUint64(offset + 8 * at));
    for (let at = 16; at < 80; at += 1) {
      const [w2, w15] = [words[at - 2], words[at - 15]];
      const s0 = turn(w15, 1n) ^ turn(w15, 8n) ^ (w15 >> 7n);
      const s1 = turn(w2, 19n) ^ turn(w2, 61n) ^ (w2 >> 6n);
      words.push((words[at - 16] + s0 + words[at - 7] + s1) & MASK64);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let at = 0; at < 80; at += 1) {
      const one = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & MASK64 & g)) + K[at] + words[at];
      const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & MASK64, c, b, a, (one + two) & MASK64];
    }
    state = [a, b, c, d, e, f, g, h].map((word, at) => (state[at] + word) & MASK64);
  }
  const digest = new Uint8Array(64);
  state.forEach((word, at) => new DataView(digest.buffer).setBigUint64(8 * at, word));
  return digest;
}

// --- Ed25519 (RFC 8032) -------------------------------------------------------------------------------------------

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (value, by = P) => ((value % by) + by) % by;

function power(base, exponent) {
  let result = 1n;
  for (let rest = exponent, square = mod(base); rest; rest >>= 1n, square = mod(square * square)) {
    if (rest & 1n) result = mod(result * square);
  }
  return result;
}

const D = mod(-121665n * power(121666n, P - 2n));
const little = (bytes) => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** Points in extended coordinates X, Y, Z, T. */
function added([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const [a, b] = [mod((y1 - x1) * (y2 - x2)), mod((y1 + x1) * (y2 + x2))];
  const [c, d] = [mod(2n * t1 * D * t2), mod(2n * z1 * z2)];
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(scalar, point) {
  let result = [0n, 1n, 1n, 0n];
  for (let rest = scalar, double = point; rest; rest >>= 1n, double = added(double, double)) {
    if (rest & 1n) result = added(result, double);
  }
  return result;
}

function pointOf(y, odd) {
  const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * power(2n, (P - 1n) / 4n));
  if (mod(x * x) !== square || (x === 0n && odd)) return null;
  if ((x & 1n) !== BigInt(odd)) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

const BASE = pointOf(mod(4n * power(5n, P - 2n)), 0);

function encodedPoint([x, y, z]) {
  const inverse = power(z, P - 2n);
  const number = mod(y * inverse) | ((mod(x * inverse) & 1n) << 255n);
  return Uint8Array.from({ length: 32 }, (_, at) => Number((number >> BigInt(8 * at)) & 255n));
}

const withoutSign = (bytes) => little(bytes) & ((1n << 255n) - 1n);
/** The y of every point whose order divides 8, canonical or not: keys and nonces that sign anything. */
const SMALL_ORDER = new Set([
  0n, 1n, P - 1n, P, P + 1n,
  little(unhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")),
  little(unhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")),
]);

/** Refuse what some libraries take and others do not, so that all verifiers agree about every signature. */
function isStrict(key, signature) {
  const y = withoutSign(key);
  return little(signature.subarray(32)) < ORDER && y < P && !SMALL_ORDER.has(y)
    && !SMALL_ORDER.has(withoutSign(signature.subarray(0, 32)));
}

export function plainEd25519(key, message, signature) {
  const point = pointOf(withoutSign(key), key[31] >> 7);
  if (!point) return false;
  const [r, s] = [signature.subarray(0, 32), little(signature.subarray(32))];
  const challenge = mod(little(sha512(joined(r, key, message))), ORDER);
  const [x, y, z, t] = times(challenge, point);
  return equal(encodedPoint(added(times(s, BASE), [P - x, y, z, P - t])), r);
}

/** Which Ed25519 is at work: the platform's own where it has one. */
export const engine = { native: Boolean(globalThis.crypto?.subtle) };

export async function verifyEd25519(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64 || !isStrict(key, signature)) return false;
  if (engine.native) {
    try {
      const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
      return await crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
    } catch (error) {
      if (error.name !== "NotSupportedError") return false;
      engine.native = false;
    }
  }
  return plainEd25519(key, message, signature);
}

// --- other kinds of signatures ------------------------------------------------------------------------------------

const SPKI_P256 = unhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
const PUBLIC_FORMS = {
  "ed25519": (key) => key.length === 32,
  "p256": (key) => key.length === 91 && equal(key.subarray(0, 27), SPKI_P256),
  "ml-dsa-44": (key) => key.length === 1312,
  "sm2": (key) => key.length === 65 && key[0] === 4,
};
const isPublic = (algorithm, key) => PUBLIC_FORMS[algorithm](key);

/** Return r and s of an ECDSA signature in DER as 64 bytes, null when it is not DER of two positive numbers. */
function fromDer(der) {
  if (der.length < 8 || der[0] !== 0x30 || der[1] !== der.length - 2 || der[1] > 127) return null;
  const numbers = [];
  let at = 2;
  while (at < der.length) {
    const size = der[at + 1];
    const body = der.subarray(at + 2, at + 2 + size);
    if (der[at] !== 0x02 || !size || body.length !== size || body[0] > 127) return null;
    if (size > 1 && body[0] === 0 && body[1] < 128) return null;
    const digits = body[0] === 0 ? body.subarray(1) : body;
    if (digits.length > 32) return null;
    numbers.push(joined(new Uint8Array(32 - digits.length), digits));
    at += 2 + size;
  }
  return numbers.length === 2 ? joined(...numbers) : null;
}

/** Return whether a signature is true; null when nothing here can check its kind. */
async function verifySignature(algorithm, key, message, signature) {
  if (!isPublic(algorithm, key)) return false;
  if (algorithm === "ed25519") return verifyEd25519(key, message, signature);
  if (algorithm !== "p256" || !globalThis.crypto?.subtle) return null;
  const plain = fromDer(signature);
  if (!plain) return false;
  try {
    const curve = { name: "ECDSA", namedCurve: "P-256" };
    const imported = await crypto.subtle.importKey("spki", key, curve, false, ["verify"]);
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, imported, plain, message);
  } catch {
    return false;
  }
}

// --- canonical JSON (clause 2) ------------------------------------------------------------------------------------

const INTEGER_MAX = Number.MAX_SAFE_INTEGER;
const DEPTH_MAX = 32;
const FILE_DEPTH_MAX = 64;
const KEY = /^[a-z][a-z0-9_]*$/;
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Return the canonical text of `value`; throws Malformed outside of the profile. */
export function encode(value, depth = FILE_DEPTH_MAX) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isInteger(value) || Math.abs(value) > INTEGER_MAX) fail("a number that is no integer up to 2^53-1");
    return String(value);
  }
  if (typeof value === "string") {
    if (!value.isWellFormed() || value.normalize("NFC") !== value) fail("a text that is not in normal form C");
    return JSON.stringify(value);
  }
  if (depth === 0) fail("nested too deep");
  if (Array.isArray(value)) return `[${value.map((each) => encode(each, depth - 1)).join(",")}]`;
  const fields = Object.keys(value).sort().map((key) => {
    if (!KEY.test(key)) fail("a key that is not [a-z][a-z0-9_]*");
    return `${JSON.stringify(key)}:${encode(value[key], depth - 1)}`;
  });
  return `{${fields.join(",")}}`;
}

const bytesOf = (value) => utf8(encode(value));
const hashOf = (value) => hex(sha256(bytesOf(value)));

/** Return the value in canonical `bytes`, refusing every other spelling of it. */
export function decode(bytes) {
  let text;
  let value;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (error) {
    fail(`not JSON: ${error.message}`);
  }
  if (encode(value) !== text) fail("the JSON is not in canonical form");
  return value;
}

/** Check that a free value keeps the profile's depth by itself. */
const shallow = (value) => { encode(value, DEPTH_MAX); };

// --- shapes: what a field may hold ----------------------------------------------------------------------------------

const int = (least, most = INTEGER_MAX) => (value) => {
  if (typeof value !== "number" || value < least || value > most) fail(`an integer from ${least} to ${most} is missing`);
};
const text = (pattern) => (value) => {
  if (typeof value !== "string" || !pattern.test(value)) fail(`a text like ${pattern} is missing`);
};
const upTo = (length) => (value) => {
  if (typeof value !== "string" || (value.length > length && Array.from(value).length > length)) fail("a text is missing or too long");
};
const oneOf = (...words) => (value) => { if (!words.includes(value)) fail(`one of ${words} is missing`); };
const bool = (value) => { if (typeof value !== "boolean") fail("true or false is missing"); };
const any = () => {};
const list = (shape, least = 0, most = Infinity) => (value) => {
  if (!Array.isArray(value) || value.length < least || value.length > most) fail("a list is missing, or too short or long");
  value.forEach(shape);
};
const map = (key, shape) => (value) => {
  if (!isObject(value)) fail("an object is missing");
  for (const [name, each] of Object.entries(value)) { key(name); shape(each); }
};

const isUsual = (value, usual) => (typeof usual === "object" && usual !== null
  ? typeof value === "object" && value !== null && Object.keys(value).length === 0
  : value === usual);

/** An object with exactly these fields; one with a default is left out when it has it. */
const struct = (required, optional = {}) => (value) => {
  if (!isObject(value)) fail("an object is missing");
  for (const name of Object.keys(required)) if (!Object.hasOwn(value, name)) fail(`the field ${name} is missing`);
  for (const [name, each] of Object.entries(value)) {
    if (Object.hasOwn(required, name)) required[name](each);
    else if (!Object.hasOwn(optional, name)) fail(`there is no field ${name}`);
    else {
      const [shape, usual] = optional[name];
      shape(each);
      if (isUsual(each, usual)) fail(`the field ${name} is written out although it is as usual`);
    }
  }
};

const TEXT = upTo(Infinity);
const NATURAL = int(0);
const HEX32 = text(/^[0-9a-f]{64}$/);
const NAME = text(/^[a-z0-9][a-z0-9.-]{0,62}$/);
const LABEL = text(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}$/);
const KIND = text(/^[a-z][a-z_.]{0,46}\/[1-9][0-9]{0,3}$/);
const SECTION = text(/^[a-z][a-z0-9_]{0,31}$/);
const STEP = text(/^[a-z][a-z0-9_]{0,47}$/);
const LOG = text(/^[a-z0-9./#-]{1,220}$/);
const HEX_KEY = text(/^([0-9a-f]{64})?$/);
const PUBLIC = text(/^([0-9a-f]{2}){32,1312}$/);
const NOTE_BYTES_MAX = 131072;
const NOTE = upTo(NOTE_BYTES_MAX);
const LANES = ["urgent", "normal", "bulk"];
const LANE = oneOf(...LANES);
const ALGORITHM = oneOf("ed25519", "p256", "ml-dsa-44", "sm2");
const USE = oneOf("log", "mirror", "tls");
const orNull = (shape) => (value) => { if (value !== null) shape(value); };

const POSITION = struct({ epoch: int(1, 999999999), size: NATURAL });
const POSITIONS = struct({ bulk: POSITION, normal: POSITION, urgent: POSITION });
const SECTIONS = map(SECTION, struct({ salt: text(/^[0-9a-f]{32}$/), value: shallow }));
const BODY = struct({ sections: SECTIONS });
const HEADER = struct({
  agreement: HEX32, at_ms: NATURAL, id: LABEL, sections: map(SECTION, HEX32), subject: LABEL, type: KIND, v: int(1, 1),
}, {
  heard: [list(struct({ cosigned_at_s: NATURAL, log: LOG, root: HEX32, size: NATURAL }), 0, 8), []],
  re: [list(struct({ index: NATURAL, leaf: HEX32, log: LOG }), 0, 16), []],
  supersedes: [orNull(NATURAL), null],
});
const RECORDED_HEADER = struct({
  actor: TEXT, at: NATURAL, command: TEXT, payload: HEX32, position: int(1), previous: HEX32, stream: TEXT, type: TEXT, version: int(1),
});
const PARTY = struct({ post: NAME, side: NAME }, {
  root_key: [HEX_KEY, ""], log_key: [HEX_KEY, ""], mirror_key: [HEX_KEY, ""],
  more_roots: [list(HEX32, 0, 15), []], roots_needed: [int(1, 16), 1],
  extra_keys: [list(struct({ algorithm: ALGORITHM, public: PUBLIC, use: USE }, { required: [bool, false] }), 0, 8), []],
  tls_pins: [list(HEX32, 0, 8), []], logs_from: [orNull(POSITIONS), null],
});
const MESSAGE = struct({ kind: KIND, lane: LANE, purpose: upTo(280), retention_days: int(1, 36500), sections: list(SECTION) }, {
  outcome_deadline_s: [orNull(int(1, 31536000)), null], senders: [list(NAME), []],
});
const TOLERANCE = struct({ clause: STEP }, { max_age_s: [int(0, 31536000), 0], any_age: [bool, false], officer: [bool, false] });
const AGREEMENT = struct({
  id: NAME, lanes: list(LANE), messages: list(MESSAGE), mode: oneOf("alone", "mirrored", "paired"),
  parties: list(PARTY, 0, 2), protocol: int(1, 1), version: int(1, 1000000),
}, { staleness: [map(STEP, list(TOLERANCE)), {}], valid_from_ms: [int(0), 0], valid_until_ms: [orNull(int(0)), null], overlap_s: [orNull(int(0, 31536000)), null] });
const STATEMENT = struct({
  act: oneOf("announced", "retired", "revoked"), agreement: NAME, positions: POSITIONS, post: NAME, public: PUBLIC,
  side: NAME, use: USE, v: int(1, 1),
}, { algorithm: [orNull(ALGORITHM), null] });
const SIGNED_AGREEMENT = struct({ agreement: any, note: NOTE });
const EVIDENCE = struct({
  agreements: list(SIGNED_AGREEMENT, 0, 64), format: oneOf("gatepair/evidence/v1"),
  logs: list(struct({ checkpoints: list(NOTE, 1, 4096), origin: LOG }, {
    entries: [list(struct({ header: any, index: NATURAL }, { sections: [SECTIONS, {}] }), 0, 65536), []],
    tree: [list(HEX32), []],
  }), 0, 64),
  made_at_ms: NATURAL, made_by: LABEL, subject: LABEL,
}, {
  ledgers: [list(struct({ checkpoint: NOTE, entries: list(struct({ header: any, payload: any }), 1, 65536) }, { tree: [list(HEX32), []] }), 0, 2), []],
  statements: [list(NOTE, 0, 4096), []],
});
const BATCH = struct({
  checkpoint: NOTE, origin: LOG, signature: text(/^[0-9a-f]{128}$/), size: NATURAL, start: NATURAL, v: int(1, 1),
}, { cosigned: [NOTE, ""], entries: [list(struct({ body: any, header: any }), 0, 256), []] });
const BUNDLE = struct({
  author: NAME, contents: HEX32, entries: NATURAL, last: bool,
  lanes: list(struct({ end: NATURAL, lane: LANE, log: LOG, size: NATURAL, starts: list(NATURAL, 1, 1000) }, {
    batches: [list(any), []], before: [list(HEX32, 0, 64), []], reply: [any, undefined],
    answers: [list(any, 0, 1000), []], ask: [any, undefined],
  }), 0, 3),
  made_at_ms: NATURAL, part: int(1, 1000), reader: NAME, v: int(1, 1),
}, { agreements: [list(SIGNED_AGREEMENT, 0, 64), []], statements: [list(NOTE, 0, 4096), []] });

const fits = (shape, value) => {
  try { shape(value); return true; } catch (error) { if (error instanceof Malformed) return false; throw error; }
};

// --- notes and checkpoints (clause 5) -------------------------------------------------------------------------------

const LINES_MAX = 32;
/** White space as Python knows it, and the plus sign: what no name of a key may hold. */
const NO_NAME = /[ \t\n\v\f\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]/;

/** Return the note as its text and lines, null when it is none. */
export function parseNote(raw) {
  if (utf8(raw).length > NOTE_BYTES_MAX || /[\x00-\x09\x0b-\x1f]/.test(raw)) return null;
  const gap = raw.lastIndexOf("\n\n");
  if (gap <= 0 || !raw.endsWith("\n") || gap + 2 === raw.length) return null;
  const lines = raw.slice(gap + 2, -1).split("\n");
  if (lines.length > LINES_MAX) return null;
  const parsed = lines.map(parseLine);
  return parsed.includes(null) ? null : { text: raw.slice(0, gap + 1), lines: parsed };
}

function parseLine(line) {
  if (!line.startsWith("\u2014 ")) return null;
  const space = line.lastIndexOf(" ");
  const [name, blob] = [line.slice(2, Math.max(space, 2)), unbase64(line.slice(space + 1))];
  if (!blob || blob.length <= 4 || !name || NO_NAME.test(name)) return null;
  return { name, id: hex(blob.subarray(0, 4)), blob: blob.subarray(4) };
}

/** How a kind of line is marked in a key id, and whether it begins with a time. */
const KINDS = {
  log: { "ed25519": [1], "p256": null, "ml-dsa-44": [6], "sm2": [255, ...utf8("gatepair/sm2/v1")] },
  mirror: {
    "ed25519": [4], "p256": [255, ...utf8("gatepair/p256-cosignature/v1")], "ml-dsa-44": [6],
    "sm2": [255, ...utf8("gatepair/sm2-cosignature/v1")],
  },
};
const isTimed = (use, algorithm) => use === "mirror" || algorithm === "ml-dsa-44";

function keyId(name, { use, algorithm, key }) {
  const mark = KINDS[use][algorithm];
  const named = mark ? joined(utf8(name), Uint8Array.of(10, ...mark), key) : key;
  return hex(sha256(named).subarray(0, 4));
}

const linesOf = (note, name, key) => note.lines.filter((line) => line.name === name && line.id === keyId(name, key));

/** Return the time that a line states (0 when its kind states none), false when it is false, null when unchecked. */
async function checkLine(note, name, { use, algorithm, key }, blob) {
  if (!isPublic(algorithm, key)) return false;
  if (algorithm === "ml-dsa-44" || algorithm === "sm2") return checkForm(note, name, algorithm);
  if (!isTimed(use, algorithm)) return withTime(await verifySignature(algorithm, key, utf8(note.text), blob), 0n);
  const at = little(blob.slice(0, 8).reverse());
  const message = utf8(`cosignature/v1\ntime ${at}\n${note.text}`);
  return withTime(await verifySignature(algorithm, key, message, blob.subarray(8)), at);
}

const withTime = (answer, at) => (answer === true ? at : answer);

/** Of kinds that nothing here can check: false when the line cannot even be of its kind. */
function checkForm(note, name, algorithm) {
  if (algorithm !== "ml-dsa-44") return null;
  const [origin, size, root] = note.text.split("\n");
  const plain = /^[^\n]+\n(0|[1-9][0-9]{0,19})\n[^\n]+\n/.test(note.text) && BigInt(size) < 1n << 64n;
  return plain && utf8(name).length < 256 && utf8(origin).length < 256 && unbase64(root)?.length === 32 ? null : false;
}

/** Return the newest time of a key's lines on a note: undefined when it has none, false when one is false, null when unchecked. */
export async function signedAt(note, name, key) {
  let newest;
  let unchecked = false;
  let false_ = false;
  for (const line of linesOf(note, name, key)) {
    const at = await checkLine(note, name, key, line.blob);
    if (at === null) unchecked = true;
    else if (at === false) false_ = true;
    else if (newest === undefined || at > newest) newest = at;
  }
  if (unchecked) return null;
  return false_ ? false : newest;
}

const ORIGIN = /^([a-z0-9][a-z0-9.-]{0,62})\/([a-z0-9][a-z0-9.-]{0,62})\/([a-z0-9][a-z0-9.-]{0,62})\/([a-z]{1,16})#([1-9][0-9]{0,8})$/;

function parseOrigin(spelled) {
  const match = ORIGIN.exec(spelled);
  if (!match) return null;
  const [, side, post, agreement, lane, epoch] = match;
  return { side, post, agreement, lane, epoch: Number(epoch), keyName: `${side}/${post}/${agreement}/${lane}`, text: spelled };
}

function parseCheckpoint(note) {
  const lines = note.text.split("\n");
  if (lines.length < 4 || lines.pop() !== "" || lines.includes("")) return null;
  const [spelled, size, encoded] = lines;
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size) || Number(size) > INTEGER_MAX) return null;
  const [origin, root] = [parseOrigin(spelled), unbase64(encoded)];
  return origin && root?.length === 32 ? { origin, size: Number(size), root: hex(root) } : null;
}

// --- trees (clauses 3 and 17.3) -------------------------------------------------------------------------------------

const leafHash = (bytes) => sha256(Uint8Array.of(0), bytes);
const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);
const EMPTY_ROOT = sha256(new Uint8Array());
/** Return the largest power of two below `size`, which is at least 2; plain arithmetic, as sizes go beyond 32 bits. */
function split(size) {
  let cut = 1;
  while (cut * 2 < size) cut *= 2;
  return cut;
}

/** Return the root at `size` and at each mark, from the shown leaves and the hashes of a pruned tree; null when it cannot be. */
export function regrow(size, shown, marks, hashes) {
  const sizes = new Set([size, ...marks]);
  const cuts = new Set(sizes);
  for (const index of shown.keys()) { cuts.add(index); cuts.add(index + 1); }
  const sorted = [...cuts].sort((a, b) => a - b);
  if (sorted[0] < 0 || sorted[sorted.length - 1] > size) return null;
  const known = new Map();
  let used = 0;
  let cut = 0;
  const waiting = size ? [[0, size]] : [];
  while (waiting.length) {
    const [start, end] = waiting.pop();
    while (sorted[cut] <= start) cut += 1;
    if (cut < sorted.length && sorted[cut] < end) {
      const middle = start + split(end - start);
      waiting.push([middle, end], [start, middle]);
    } else if (end - start === 1 && shown.has(start)) known.set(`${start}-${end}`, shown.get(start));
    else if (used === hashes.length) return null;
    else { known.set(`${start}-${end}`, hashes[used]); used += 1; }
  }
  if (used !== hashes.length) return null;
  const grown = (start, end) => {
    const name = `${start}-${end}`;
    if (!known.has(name)) {
      const middle = start + split(end - start);
      known.set(name, nodeHash(grown(start, middle), grown(middle, end)));
    }
    return known.get(name);
  };
  const rootAt = (mark) => (mark === size ? grown(0, size) : pieces(mark).map(([start, end]) => grown(start, end)).reduceRight((right, left) => nodeHash(left, right)));
  return new Map([...sizes].map((mark) => [mark, hex(mark ? rootAt(mark) : EMPTY_ROOT)]));
}

/** Return the full subtrees that a tree of `size` is made of, largest first. */
function pieces(size) {
  const found = [];
  for (let start = 0; start < size;) {
    let width = 1;
    while (width * 2 <= size - start) width *= 2;
    found.push([start, start + width]);
    start += width;
  }
  return found;
}

/** Return the roots at `size` and at those marks that a part of a bundle reaches; null when its tree does not fit. */
function extend(start, before, size, leaves, marks) {
  if (before.length !== pieces(start).length) return null;
  if (leaves.size !== size - start || [...leaves.keys()].some((index, at) => index !== start + at)) return null;
  const wanted = new Set([size, ...marks]);
  const peaks = before.map((hash, at) => [pieces(start)[at][1] - pieces(start)[at][0], hash]);
  const roots = new Map();
  const note = (at) => { if (wanted.has(at)) roots.set(at, hex(at ? peaks.map(([, hash]) => hash).reduceRight((right, left) => nodeHash(left, right)) : EMPTY_ROOT)); };
  note(start);
  let at = start;
  for (const leaf of leaves.values()) {
    let [width, hash] = [1, leaf];
    while (peaks.length && peaks[peaks.length - 1][0] === width) { hash = nodeHash(peaks.pop()[1], hash); width *= 2; }
    peaks.push([width, hash]);
    at += 1;
    note(at);
  }
  return roots;
}

// --- agreements and keys (clauses 6 and 13) -------------------------------------------------------------------------

const fingerprint = (key) => hex(sha256(key)).slice(0, 32);
const rootsOf = (party) => [party.root_key ?? "", ...(party.more_roots ?? [])].filter(Boolean)
  .map((each) => ({ use: "log", algorithm: "ed25519", key: unhex(each) }));
const rootName = (party) => `${party.side}/root`;

/** Return how many roots of a party signed a note; 0 when a line in the name of one is false. */
async function countRoots(party, note) {
  let count = 0;
  for (const root of rootsOf(party)) {
    const at = await signedAt(note, rootName(party), root);
    if (at === false) return 0;
    if (at !== undefined) count += 1;
  }
  return count;
}

const hasSigned = async (party, note) => (party.roots_needed ?? 1) <= await countRoots(party, note);

function readAgreement(value) {
  shallow(value);
  const raw = bytesOf(value);
  if (raw.length > 256 * 1024) fail("an agreement has at most 262,144 bytes");
  const readable = fits(AGREEMENT, value) && new Set(value.parties.map((party) => party.post)).size === 2;
  return { hash: hex(sha256(raw)), value: readable ? value : null };
}

const noteText = ({ hash, value }) => `gatepair/agreement/v1\n${value.id}\n${value.version}\n${hash}\n`;
const partyOf = (agreement, post) => agreement.parties.find((party) => party.post === post);
const otherOf = (agreement, post) => agreement.parties.find((party) => party.post !== post);

const sidesOf = (agreement) => agreement.parties.map((party) => `${party.side}/${party.post}`).sort().join(" ");
const samePair = (one, other) => sidesOf(one) === sidesOf(other);

/** Return when entries under an agreement cease to count: at its end, or at the end of an overlap (clause 6.10). */
function endOf(agreement, later) {
  const overlaps = later.filter((each) => (each.overlap_s ?? null) !== null).map((each) => (each.valid_from_ms ?? 0) + each.overlap_s * 1000);
  const ends = [agreement.valid_until_ms ?? null, ...overlaps].filter((end) => end !== null);
  return ends.length ? Math.min(...ends) : null;
}

/** Tell whether a version says from where its keys count in every log that other roots or required keys rule (clause 13.10). */
function reignsBegun(before, after) {
  const rootsNamed = (party) => encode([[...new Set(rootsOf(party).map((root) => hex(root.key)))].sort(), party.roots_needed ?? 1]);
  const required = (party) => (party.extra_keys ?? []).filter((key) => key.required).map((key) => `${key.use} ${key.algorithm}`);
  return after.parties.every((party) => {
    const was = partyOf(before, party.post);
    if (!was) return true;
    const added = required(party).filter((each) => !required(was).includes(each)).map((each) => each.split(" ")[0]);
    const uses = rootsNamed(was) === rootsNamed(party) ? added : ["log", "mirror"];
    return uses.every((use) => (use === "log" ? party : otherOf(after, party.post)).logs_from);
  });
}

/** Positions are compared by epoch, then by size. */
const comparePositions = (one, other) => one.epoch - other.epoch || one.size - other.size;
const pick = (one, other, sign) => Object.fromEntries(LANES.map((lane) => [
  lane, sign * comparePositions(one[lane], other[lane]) > 0 ? one[lane] : other[lane],
]));
const earlier = (one, other) => (one ? pick(one, other, -1) : other);
const later = (one, other) => pick(one, other, 1);
const BEGINNING = Object.fromEntries(LANES.map((lane) => [lane, { epoch: 1, size: 0 }]));

function parseStatement(raw) {
  if (utf8(raw).length > 8192) return null;
  const signed = parseNote(raw);
  const mark = "gatepair/key/v1\n";
  if (!signed?.text.startsWith(mark) || signed.text.length === mark.length) return null;
  try {
    const said = decode(utf8(signed.text.slice(mark.length, -1)));
    shallow(said);
    STATEMENT(said);
    const key = unhex(said.public);
    const algorithm = said.algorithm ?? null;
    const sound = algorithm === null || said.use === "tls"
      ? algorithm === null && said.use === "tls" && key.length === 32
      : isPublic(algorithm, key);
    return sound ? { said, signed, raw: `${signed.text}\n${signed.lines.map(spellLine).join("")}` } : null;
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

const spellLine = ({ name, id, blob }) => `\u2014 ${name} ${base64(joined(unhex(id), blob))}\n`;

/** The keys of a pair with their lives: which key may sign which log at which size. */
class Ring {
  static async of(agreements, statements) {
    const versions = [...agreements].sort((one, other) => one.value.version - other.value.version || (one.hash < other.hash ? -1 : 1));
    const found = [];
    for (const statement of statements.map(parseStatement).filter(Boolean)) {
      const parties = versions.filter(({ value }) => value.id === statement.said.agreement)
        .map(({ value }) => partyOf(value, statement.said.post));
      if (parties.includes(undefined)) continue;
      for (const party of parties) {
        if (party.side === statement.said.side && await hasSigned(party, statement.signed)) { found.push(statement); break; }
      }
    }
    found.sort((one, other) => byCodePoints(other.raw, one.raw));
    const counting = new Map(found.map((each) => [hex(sha256(utf8(each.signed.text))), each]));
    const ring = new Ring();
    const ordered = [...counting.keys()].sort().map((digest) => counting.get(digest));
    ring.versions = versions.map(({ value }) => value);
    ring.keys = [];
    const posts = new Set(ring.versions.flatMap((version) => version.parties.map((party) => party.post)));
    for (const post of posts) {
      const mine = ordered.filter(({ said }) => said.post === post);
      for (const use of ["log", "mirror"]) {
        const reigns = ring.reigns(post, use);
        for (const [at, reign] of reigns.entries()) ring.keys.push(...await keysUnder(reign, { post, use, mine, until: reigns[at + 1]?.start }));
      }
    }
    return ring;
  }

  /** Return the versions of a party; a new reign begins with each that says from where its keys count. */
  reigns(post, use) {
    const found = [];
    for (const version of this.versions) {
      const writer = use === "mirror" ? otherOf(version, post) : partyOf(version, post);
      const start = writer.logs_from ?? null;
      if (found.length && start === null) found[found.length - 1].versions.push(version);
      else found.push({ start: start ?? BEGINNING, versions: [version] });
    }
    return found;
  }

  mine(post, use) {
    return [...new Map(this.keys.filter((key) => key.post === post && key.use === use).map((key) => [key.name, key])).values()];
  }

  state(key, lane, position) {
    const found = new Set(this.keys.filter((each) => each.post === key.post && each.use === key.use && each.name === key.name)
      .map((each) => stateOf(each, lane, position)));
    return ["current", "revoked", "announced", "retired"].find((state) => found.has(state)) ?? "unknown";
  }

  current(post, use, { origin, size }) {
    return this.mine(post, use).filter((key) => this.state(key, origin.lane, { epoch: origin.epoch, size }) === "current");
  }

  required(post, use, lane, position) {
    const ruling = this.reigns(post, use).filter((reign) => comparePositions(reign.start[lane], position) <= 0).pop();
    const version = ruling ? ruling.versions[ruling.versions.length - 1] : this.versions[0];
    const extra = (partyOf(version, post).extra_keys ?? []).filter((key) => key.use === use && key.required);
    return ["ed25519", ...extra.map((key) => key.algorithm)];
  }

  /** Return who signed: {at} when signed, {finding} when something is wrong, nothing when nobody did. */
  async check(note, checkpoint, post, use) {
    const { origin, size } = checkpoint;
    const newest = this.versions[this.versions.length - 1];
    const writer = use === "log" ? partyOf(newest, post) : otherOf(newest, post);
    if (origin.side !== writer.side || origin.post !== writer.post || origin.agreement !== newest.id) return {};
    if (!LANES.includes(origin.lane)) return {};
    const position = { epoch: origin.epoch, size };
    const signer = use === "log" ? origin.keyName : `${partyOf(newest, post).side}/${post}/mirror`;
    const lines = [];
    for (const key of this.mine(post, use)) {
      const at = linesOf(note, signer, key).length ? await signedAt(note, signer, key) : undefined;
      if (at === false) return { finding: ["signature_false", { signer }] };
      if (at !== undefined) lines.push({ key, at, state: this.state(key, origin.lane, position) });
    }
    const current = lines.filter(({ state }) => state === "current");
    for (const algorithm of this.required(post, use, origin.lane, position)) {
      if (current.some(({ key, at }) => key.algorithm === algorithm && at !== null)) continue;
      if (current.some(({ key }) => key.algorithm === algorithm)) return { finding: ["signature_unchecked", { signer }] };
      const other = lines.find(({ key }) => key.algorithm === algorithm);
      return other ? { finding: ["key_not_in_force", { signer, state: other.state }] } : {};
    }
    const times = current.filter(({ key, at }) => key.algorithm === "ed25519" && at !== null).map(({ at }) => at);
    return { at: times.reduce((newestTime, at) => (at > newestTime ? at : newestTime), 0n) };
  }

  /** Of a ledger only this can be said: the key was given to the post for its logs, and was never revoked. */
  async checkLedger(note, { origin }) {
    const signer = origin.keyName;
    for (const key of this.keys) {
      if (key.post !== origin.post || key.use !== "log" || key.algorithm !== "ed25519" || !linesOf(note, signer, key).length) continue;
      const at = await signedAt(note, signer, key);
      if (at === false) return { finding: ["signature_false", { signer }] };
      return key.revoked ? { finding: ["key_not_in_force", { signer, state: "revoked" }] } : { at };
    }
    return {};
  }
}

function stateOf(key, lane, position) {
  if (key.revoked && comparePositions(position, key.revoked[lane]) > 0) return "revoked";
  if (key.retired && comparePositions(position, key.retired[lane]) > 0) return "retired";
  return comparePositions(position, key.start[lane]) >= 0 ? "current" : "announced";
}

async function keysUnder(reign, { post, use, mine, until }) {
  const parties = reign.versions.map((version) => partyOf(version, post));
  const counting = [];
  for (const { said, signed } of mine) {
    if (said.use !== use) continue;
    for (const party of parties) if (await hasSigned(party, signed)) { counting.push(said); break; }
  }
  const starts = new Map();
  for (const party of parties) {
    if (party[`${use}_key`]) starts.set(`ed25519 ${party[`${use}_key`]}`, reign.start);
    for (const extra of party.extra_keys ?? []) if (extra.use === use) starts.set(`${extra.algorithm} ${extra.public}`, reign.start);
  }
  for (const said of counting.filter(({ act }) => act === "announced")) {
    const name = `${said.algorithm} ${said.public}`;
    const start = later(said.positions, reign.start);
    starts.set(name, starts.has(name) ? earlier(starts.get(name), start) : start);
  }
  const ends = (name, act) => counting.filter((said) => said.public === name && said.act === act).map((said) => said.positions);
  return [...starts].map(([spelled, start]) => {
    const [algorithm, name] = spelled.split(" ");
    return {
      post, use, algorithm, name, key: unhex(name), start,
      retired: [...ends(name, "retired"), ...(until ? [until] : [])].reduce(earlier, null),
      revoked: ends(name, "revoked").reduce(earlier, null),
    };
  });
}

// --- the policy (clause 17.5) ---------------------------------------------------------------------------------------

export function parsePolicy(bytes) {
  if (bytes.length > 64 * 1024) fail("a policy has at most 65,536 bytes");
  let read;
  try {
    read = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    fail("the policy is not UTF-8");
  }
  const policy = { roots: new Map(), quorums: new Map(), allRoots: true, receipts: null, receiptWithin: null, outcomes: false, successors: false, agreements: new Set(), sections: new Set() };
  read.split("\n").forEach((line, at) => {
    const [name, ...words] = line.replace(/^[ \t\r]+|[ \t\r]+$/g, "").split(/[ \t\r]+/);
    if (name && !name.startsWith("#") && !rule(policy, name, words)) fail(`line ${at + 1} of the policy is no rule`);
  });
  if (!policy.roots.size) fail("the policy trusts no root");
  return policy;
}

const SIDE = /^[a-z0-9][a-z0-9.-]{0,62}$/;

function rule(policy, name, words) {
  const chosen = (yes, no) => (words.length === 1 && [yes, no].includes(words[0]) ? words[0] === yes : null);
  const set = (field, value) => { if (value !== null) policy[field] = value; return value !== null; };
  const one = (pattern) => (words.length === 1 && pattern.test(words[0]) ? words[0] : null);
  switch (name) {
    case "root": {
      const [side, ...rest] = words;
      const print = rest.length && SIDE.test(side) ? printOf(side, rest.join("")) : null;
      if (print) policy.roots.set(side, (policy.roots.get(side) ?? new Set()).add(print));
      return print !== null;
    }
    case "quorum": {
      if (words.length !== 2 || !SIDE.test(words[0]) || !/^[1-9][0-9]?$/.test(words[1])) return false;
      policy.quorums.set(words[0], Number(words[1]));
      return true;
    }
    case "roots": return set("allRoots", chosen("all", "any"));
    case "receipts": return set("receipts", chosen("required", "optional"));
    case "outcomes": return set("outcomes", chosen("required", "optional"));
    case "receipt_within_s": return set("receiptWithin", one(/^(0|[1-9][0-9]{0,7})$/) && Number(words[0]));
    case "agreement": return one(/^[0-9a-f]{64}$/) !== null && Boolean(policy.agreements.add(words[0]));
    case "successors": return set("successors", chosen("allowed", "refused"));
    case "section": return one(/^[a-z][a-z0-9_]{0,31}$/) !== null && Boolean(policy.sections.add(words[0]));
    default: return false;
  }
}

function printOf(side, key) {
  if (/^[0-9a-f]{32}$/.test(key)) return key;
  if (/^[0-9a-f]{64}$/.test(key)) return fingerprint(unhex(key));
  const [name, id, ...rest] = key.split("+");
  const material = unbase64(rest.join("+"));
  if (!material || name !== `${side}/root`) return null;
  const algorithm = { 1: "ed25519", 2: "p256" }[material[0]];
  const held = { use: "log", algorithm, key: material.subarray(1) };
  return algorithm && isPublic(algorithm, held.key) && keyId(name, held) === id ? fingerprint(held.key) : null;
}

// --- what a file shows (clauses 15, 17.1 to 17.4) -------------------------------------------------------------------

/** Return a file's parts in one form, whatever the file; throws Malformed when it cannot be read. */
export function readFile(bytes) {
  if (bytes.length > 64 * 1024 * 1024) fail("a file has at most 67,108,864 bytes");
  const value = decode(bytes);
  const isBundle = isObject(value) && typeof value.contents === "string" && value.contents !== "";
  return isBundle ? ofBundle(value) : ofEvidence(value);
}

function rising(keys) {
  if (keys.some((key, at) => at && !(keys[at - 1] < key))) fail("something is not in order, or stands twice");
}

const agreementsOf = (value) => (value.agreements ?? []).map((each, at) => ({ path: `agreements.${at}`, ...each, ...{ agreement: readAgreement(each.agreement) } }));

function showEntry(header, { index, path, sections = {} }) {
  const raw = bytesOf(header);
  if (raw.length > 61440) fail("a header has at most 61,440 bytes");
  const readable = fits(HEADER, header);
  if (!readable) shallow(header);
  return { path, index, leaf: leafHash(raw), header: readable ? header : null, sections, bodyReads: true };
}

function ofEvidence(value) {
  EVIDENCE(value);
  rising(value.logs.map((log) => log.origin));
  const logs = value.logs.map((log, number) => {
    const path = `logs.${number}`;
    if (!parseOrigin(log.origin)) fail("a log is named badly");
    const entries = log.entries ?? [];
    rising(entries.map((entry) => entry.index));
    const tree = (log.tree ?? []).map(unhex);
    return {
      path, origin: log.origin, batches: [],
      checkpoints: log.checkpoints.map((note, at) => ({ path: `${path}.checkpoints.${at}`, note })),
      entries: entries.map((entry, at) => showEntry(entry.header, { ...entry, path: `${path}.entries.${at}` })),
      roots: (size, leaves, marks) => regrow(size, leaves, marks, tree),
    };
  });
  const ledgers = (value.ledgers ?? []).map((ledger, number) => showLedger(ledger, `ledgers.${number}`));
  return { format: value.format, subject: value.subject, agreements: agreementsOf(value), statements: value.statements ?? [], logs, ledgers };
}

function showLedger(ledger, path) {
  const records = ledger.entries.map(({ header, payload }, at) => {
    RECORDED_HEADER(header);
    if (bytesOf(header).length > 61440) fail("a header has at most 61,440 bytes");
    shallow(payload);
    return { path: `${path}.entries.${at}`, header, payload };
  });
  rising(records.map(({ header }) => header.position));
  const note = parseNote(ledger.checkpoint);
  const origin = note && parseCheckpoint(note)?.origin;
  const tree = (ledger.tree ?? []).map(unhex);
  return {
    records,
    log: {
      path, origin: origin?.lane === "ledger" ? origin.text : "", batches: [],
      checkpoints: [{ path: `${path}.checkpoint`, note: ledger.checkpoint }],
      entries: records.map((record) => ({ path: record.path, index: record.header.position - 1, leaf: leafHash(bytesOf(record.header)), header: null, sections: {} })),
      roots: (size, leaves, marks) => regrow(size, leaves, marks, tree),
    },
  };
}

function ofBundle(value) {
  BUNDLE(value);
  const lanes = value.lanes;
  const even = lanes.every((lane) => lane.starts.length === value.part
    && [...lane.starts, lane.end, lane.size].every((place, at, all) => !at || all[at - 1] <= place));
  const counted = lanes.reduce((sum, lane) => sum + lane.end - lane.starts[lane.starts.length - 1], 0);
  if (value.contents !== hashOf(lanes)) fail("the bundle was damaged on its way");
  if (counted !== value.entries || new Set(lanes.map((lane) => lane.lane)).size !== lanes.length || !even) fail("the bundle's counts contradict each other");
  const logs = lanes.flatMap((lane, number) => showLane(lane, `lanes.${number}`));
  return { format: "gatepair/bundle/v1", subject: value.author, agreements: agreementsOf(value), statements: value.statements ?? [], logs, ledgers: [] };
}

function showLane(lane, path) {
  if (!parseOrigin(lane.log)) fail("a log is named badly");
  shallow(lane.reply ?? null);
  if (bytesOf(lane.reply ?? null).length > 2 * NOTE_BYTES_MAX) fail("a reply is too long");
  const entries = [];
  const batches = (lane.batches ?? []).map((batch, at) => showBatch(batch, `${path}.batches.${at}`, entries));
  const before = (lane.before ?? []).map(unhex);
  const start = lane.starts[lane.starts.length - 1];
  const roots = (size, leaves, marks) => extend(start, before, size, leaves, marks);
  const checkpoints = batches.map((batch) => ({ path: `${batch.path}.checkpoint`, note: batch.checkpoint }));
  return batches.length ? [{ path, origin: lane.log, batches, checkpoints, entries, roots }] : [];
}

function showBatch(batch, path, entries) {
  if (bytesOf(batch).length > 4 * 1024 * 1024) fail("a batch has at most 4,194,304 bytes");
  BATCH(batch);
  const hashes = (batch.entries ?? []).map(({ header, body }, at) => {
    const entry = showEntry(header, { index: batch.start + at, path: `${path}.entries.${at}` });
    const raw = body === null ? new Uint8Array() : bytesOf(body);
    if (raw.length > 1048576) fail("a body has at most 1,048,576 bytes");
    if (body !== null && fits(BODY, body)) entry.sections = body.sections;
    else if (body !== null) { shallow(body); entry.bodyReads = false; }
    entries.push(entry);
    return sha256(raw);
  });
  const bodies = hex(sha256(joined(...hashes)));
  const end = batch.start + hashes.length;
  const alive = hex(sha256(utf8(batch.cosigned ?? "")));
  const covered = `gatepair/batch/v1\n${batch.origin}\n${batch.start}\n${end}\n${batch.size}\n${bodies}\n${alive}\n`;
  return { path, checkpoint: batch.checkpoint, text: utf8(covered), signature: unhex(batch.signature) };
}

// --- the verifier (clauses 17.6 to 17.9) ----------------------------------------------------------------------------

/** What a post says of its own logs and keys: every agreement lets it through, in any lane (clauses 12 and 13.7). */
const STATEMENTS = new Map([
  ["key.announced/1", "statement"], ["key.retired/1", "statement"], ["key.revoked/1", "statement"], ["log.opened/1", "fence"],
  ["agreement.announced/1", "version"],
].map(([kind, section]) => [kind, { kind, lane: "urgent", sections: [section] }]));
const QUESTIONS = ["author", "place", "keys", "agreement", "custody", "outcome", "time", "sections"];
const WEIGHT = { error: "contradicted", warning: "incomplete", note: "proved" };
const worst = (verdicts) => ["contradicted", "incomplete"].find((verdict) => verdicts.includes(verdict)) ?? "proved";
const finding = (code, path, params = {}) => ({ code: `evidence.${code}`, params, path, severity: FINDINGS[`evidence.${code}`].severity });
const verdictOf = (findings) => worst(findings.map(({ severity }) => WEIGHT[severity]));
const TIME_S_MAX = 253402300799n;
const CLOCK_SLACK_S = 300;

/** Return what is found in a file under a policy; throws Malformed when one of the two cannot be read. */
export async function verify(bytes, policyBytes) {
  const policy = parsePolicy(policyBytes);
  return new Verification(policy).run(readFile(bytes), hex(sha256(bytes)));
}

class Verification {
  constructor(policy) {
    Object.assign(this, { policy, findings: [], read: [], known: new Map(), rings: [], logs: new Map(), answers: new Map() });
  }

  say(code, path, params) {
    const found = finding(code, path, params);
    this.findings.push(found);
    return WEIGHT[found.severity];
  }

  async run(shown, digest) {
    // A bundle brings what was not receipted yet.
    this.asksReceipts = this.policy.receipts ?? shown.format !== "gatepair/bundle/v1";
    for (const each of shown.agreements) await this.take(each);
    await this.settle(shown.statements);
    for (const log of shown.logs) this.logs.set(log.origin, await this.readLog(log));
    const heard = new Map();
    for (const { heard: names } of shown.logs.flatMap((log) => log.entries).map((entry) => entry.header ?? {})) {
      for (const { log, size } of names ?? []) heard.set(log, (heard.get(log) ?? []).concat(size));
    }
    for (const log of this.logs.values()) this.grow(log, heard.get(log.shown.origin) ?? []);
    for (const log of this.logs.values()) this.collectAnswers(log);
    const entries = [...this.logs.values()].flatMap((log) => log.shown.entries.map((entry) => this.judgeEntry(log, entry)));
    const recorded = [];
    for (const ledger of shown.ledgers) recorded.push(...await this.judgeLedger(ledger));
    if (!entries.length) this.say("nothing_shown", "logs");
    const order = (one, other) => compare(one.path, other.path) || compare(one.code, other.code) || compare(encode(one.params), encode(other.params));
    return {
      agreements: [...this.known.values()].map(({ report }) => report), entries, file: shown.format,
      findings: this.findings.sort(order), format: "gatepair/report/v1", logs: [...this.logs.values()].map(logReport),
      recorded, sha256: digest, subject: shown.subject, verdict: verdictOf(this.findings),
    };
  }

  // --- agreements and keys

  async take({ path, agreement, note }) {
    const signed = parseNote(note);
    const { hash, value } = agreement;
    if (!signed) { this.say("note_malformed", `${path}.note`); return; }
    if (!value && signed.text.endsWith(`\n${hash}\n`)) { this.say("agreement_unreadable", path); return; }
    if (!value || signed.text !== noteText(agreement)) { this.say("agreement_changed", path); return; }
    this.read.push({ path, hash, value, signed });
  }

  /** Judge the versions of one agreement, lowest first; what trusted roots signed after a proved one succeeds it. */
  async judgeVersions(versions, reports) {
    const trusted = new Map([...this.policy.roots].map(([side, prints]) => [side, new Set(prints)]));
    const succeeding = new Set();
    let before = null;
    for (const read of [...versions].sort((one, other) => one.value.version - other.value.version || compare(one.hash, other.hash))) {
      const { value, hash, path, signed } = read;
      const later = before !== null && before.value.version < value.version;
      if (later && this.policy.successors && !(await this.judgeRoots(before.value, signed, "", trusted)).findings.length) {
        succeeding.add(hash);
        for (const party of value.parties) {
          trusted.set(party.side, new Set([...trusted.get(party.side) ?? [], ...rootsOf(party).map((root) => fingerprint(root.key))]));
        }
      }
      const { roots, findings } = await this.judgeRoots(value, signed, `${path}.note`, trusted);
      const named = { agreement: value.id, version: value.version };
      if (this.policy.agreements.size && !this.policy.agreements.has(hash) && !succeeding.has(hash)) findings.push(finding("agreement_not_wanted", path, named));
      if (later && !reignsBegun(before.value, value)) findings.push(finding("succession_broken", path, named));
      this.findings.push(...findings);
      reports.set(hash, { hash, id: value.id, roots, verdict: verdictOf(findings), version: value.version });
      if (reports.get(hash).verdict === "proved") before = read;
    }
  }

  async judgeRoots(agreement, signed, path, trustedRoots) {
    const [roots, false_, doubts] = [[], [], []];
    const present = agreement.parties.filter((party) => party.root_key);
    let satisfied = 0;
    for (const party of present) {
      const read = [];
      let true_ = true;
      for (const root of rootsOf(party)) {
        const at = await signedAt(signed, rootName(party), root);
        if (at === false) true_ = false;
        const print = fingerprint(root.key);
        const trusted = trustedRoots.get(party.side)?.has(print) ?? false;
        read.push({ fingerprint: print, side: party.side, signed: typeof at === "bigint", trusted });
      }
      roots.push(...read);
      if (!true_) false_.push(finding("signature_false", path, { signer: rootName(party) }));
      const good = read.filter((root) => root.signed && root.trusted).length;
      if (good >= Math.max(party.roots_needed ?? 1, this.policy.quorums.get(party.side) ?? 1)) satisfied += 1;
      else doubts.push(...doubtsAbout(party, read, path));
    }
    const enough = this.policy.allRoots ? satisfied === present.length : satisfied > 0;
    return { roots, findings: false_.length ? false_ : enough ? [] : doubts };
  }

  async settle(statements) {
    const pairs = new Map();
    for (const read of this.read) {
      const parties = read.value.parties.map((party) => `${party.side}/${party.post}`);
      const name = `${read.value.id} ${[...parties].sort().join(" ")}`;
      if (!pairs.has(name)) pairs.set(name, { id: read.value.id, parties, read: [] });
      pairs.get(name).read.push(read);
    }
    const reports = new Map();
    for (const { read } of pairs.values()) await this.judgeVersions(read, reports);
    for (const { hash, value } of this.read) {
      const later = this.read.filter((each) => each.value.id === value.id && samePair(each.value, value)
        && each.value.version > value.version && reports.get(each.hash).verdict === "proved");
      const byKind = new Map([...STATEMENTS, ...value.messages.map((message) => [message.kind, message])]);
      this.known.set(hash, { hash, value, report: reports.get(hash), byKind, until: endOf(value, later.map((each) => each.value)) });
    }
    for (const { id, parties, read } of pairs.values()) {
      const versions = [...new Set(read.map(({ hash }) => hash))].map((hash) => this.known.get(hash));
      const proved = versions.filter(({ report }) => report.verdict === "proved");
      this.rings.push({ id, parties, ring: await Ring.of(proved.length ? proved : versions, statements) });
    }
  }

  ring(origin) {
    return this.rings.find(({ id, parties }) => id === origin.agreement && parties.includes(`${origin.side}/${origin.post}`))?.ring;
  }

  async readCheckpoint({ path, note }, log) {
    const seen = { path, checkpoint: null, author: "incomplete", keys: "incomplete", cosignedAt: null };
    const signed = parseNote(note);
    const checkpoint = signed && parseCheckpoint(signed);
    if (!checkpoint) { this.say("note_malformed", path); return seen; }
    if (checkpoint.origin.text !== log) { this.say("checkpoint_of_other_log", path, { log }); return seen; }
    seen.checkpoint = checkpoint;
    const { origin } = checkpoint;
    const ring = this.ring(origin);
    if (!ring) return seen;
    const isLedger = origin.lane === "ledger";
    const own = isLedger ? await ring.checkLedger(signed, checkpoint) : await ring.check(signed, checkpoint, origin.post, "log");
    const partner = otherOf(ring.versions[ring.versions.length - 1], origin.post).post;
    const mirrored = isLedger ? {} : await ring.check(signed, checkpoint, partner, "mirror");
    const findings = [own, mirrored].filter((each) => each.finding).map((each) => finding(each.finding[0], path, each.finding[1]));
    if (findings.some(({ code }) => code === "evidence.signature_false")) seen.author = "contradicted";
    else if (own.at !== undefined) {
      Object.assign(seen, { author: "proved", keys: "proved" });
      if (mirrored.at !== undefined && mirrored.at <= TIME_S_MAX) seen.cosignedAt = Number(mirrored.at);
    } else {
      if (own.finding) seen.keys = WEIGHT[findings[0].severity];
      else findings.push(finding("checkpoint_not_signed", path, { log }));
    }
    this.findings.push(...findings);
    return seen;
  }

  async checkBatch(batch) {
    const note = parseNote(batch.checkpoint);
    const checkpoint = note && parseCheckpoint(note);
    const ring = checkpoint && this.ring(checkpoint.origin);
    if (!ring || !LANES.includes(checkpoint.origin.lane)) return;
    const keys = ring.current(checkpoint.origin.post, "log", checkpoint);
    if (!keys.length) return;
    for (const key of keys) {
      if (key.algorithm === "ed25519" && await verifyEd25519(key.key, batch.text, batch.signature)) return;
    }
    this.say("signature_false", `${batch.path}.signature`, { signer: checkpoint.origin.keyName });
  }

  // --- logs

  async readLog(shown) {
    const seen = [];
    for (const each of shown.checkpoints) seen.push(await this.readCheckpoint(each, shown.origin));
    if (shown.origin && !this.ring(parseOrigin(shown.origin))) this.say("agreement_absent", shown.path);
    for (const batch of shown.batches) await this.checkBatch(batch);
    const said = new Map();
    const claims = [];
    let newest = 0;
    for (const { header, index, path } of shown.entries.filter((entry) => entry.header)) {
      newest = Math.max(newest, header.at_ms);
      claims.push([index, newest]);
      const content = encode([header.type, header.subject, header.at_ms, header.sections]);
      if (!said.has(header.id)) said.set(header.id, content);
      if (said.get(header.id) !== content) this.say("same_id", path, { id: header.id });
    }
    const last = seen[seen.length - 1];
    const leaves = new Map(shown.entries.map((entry) => [entry.index, entry.leaf]));
    return { shown, seen, last, leaves, claims, place: "incomplete", roots: new Map(), receipts: [] };
  }

  grow(log, heard) {
    const last = log.last.checkpoint;
    if (!last) return;
    const [path, origin] = [log.shown.path, log.shown.origin];
    const sizes = log.seen.filter(({ checkpoint }) => checkpoint).map(({ checkpoint }) => checkpoint.size);
    const roots = log.shown.roots(last.size, log.leaves, [...sizes, ...heard.filter((size) => size <= last.size)]);
    if (!roots) { log.place = this.say("tree_malformed", path, { log: origin }); return; }
    log.roots = roots;
    if (roots.get(last.size) !== last.root) { log.place = this.say("root_false", path, { log: origin, size: last.size }); return; }
    log.place = log.last.author === "proved" ? "proved" : "incomplete";
    for (const { author, checkpoint, cosignedAt, path: place } of log.seen) {
      if (author !== "proved") continue;
      if (roots.get(checkpoint.size) !== checkpoint.root) this.say("two_histories", place, { log: origin, size: checkpoint.size });
      else if (cosignedAt !== null) log.receipts.push([checkpoint.size, cosignedAt]);
    }
    log.receipts.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  }

  collectAnswers(log) {
    for (const entry of log.shown.entries) {
      for (const re of entry.header?.re ?? []) {
        const target = this.logs.get(re.log);
        if (!target?.leaves.has(re.index)) continue;
        const face = parseOrigin(log.shown.origin).post !== parseOrigin(re.log).post;
        if (hex(target.leaves.get(re.index)) !== re.leaf) this.say("reference_false", entry.path, { index: re.index, log: re.log });
        else if (log.place === "proved" && face) {
          const name = `${re.log} ${re.index}`;
          this.answers.set(name, (this.answers.get(name) ?? []).concat(answered(entry, log.shown.origin)));
        }
      }
    }
  }

  // --- entries

  judgeEntry(log, entry) {
    const { header, index, path } = entry;
    const origin = log.shown.origin;
    const before = log.receipts.find(([size]) => size > index)?.[1] ?? null;
    const answers = this.answers.get(`${origin} ${index}`) ?? [];
    const verdicts = { author: log.last.author, custody: before === null ? "incomplete" : "proved", keys: log.last.keys, place: log.place };
    if (before === null && this.asksReceipts) this.say("receipt_absent", path);
    const report = { index, leaf: hex(entry.leaf), log: origin, verdicts, ...present({ before_s: before }) };
    if (!header) { this.say("header_unreadable", path); return report; }
    const known = this.known.get(header.agreement);
    verdicts.agreement = this.judgeAgreed(origin, entry, known);
    verdicts.sections = this.judgeSections(entry);
    const after = this.judgeHeard(entry);
    verdicts.time = this.judgeTime(entry, after, before);
    if (answers.length || known?.byKind.get(header.type)?.outcome_deadline_s != null) {
      verdicts.outcome = answers.length ? "proved" : "incomplete";
      if (!answers.length && this.policy.outcomes) this.say("outcome_absent", path);
    }
    const disclosed = Object.keys(entry.sections).sort();
    return {
      ...report,
      ...present({
        after: after.filter(Boolean), agreement: known ? `${known.value.id}/${known.value.version}` : "", answers, disclosed,
        withheld: Object.keys(header.sections).filter((name) => !Object.hasOwn(entry.sections, name)).sort(),
      }),
      at_ms: header.at_ms, id: header.id, subject: header.subject, type: header.type,
    };
  }

  judgeAgreed(log, { header, path }, known) {
    if (!known) return this.say("agreement_absent", path);
    const { post, lane } = parseOrigin(log);
    const agreed = known.byKind.get(header.type);
    const listed = agreed && (!agreed.senders?.length || agreed.senders.includes(post)) && (agreed.lane === lane || STATEMENTS.has(header.type))
      && encode([...new Set(agreed.sections)].sort()) === encode(Object.keys(header.sections).sort());
    if (!listed) return this.say("not_as_agreed", path, { post, type: header.type });
    const { id, version, valid_from_ms: from = 0 } = known.value;
    const { until } = known;
    if (STATEMENTS.has(header.type)) return known.report.verdict;
    if (from <= header.at_ms && (until === null || header.at_ms < until)) return known.report.verdict;
    return worst([known.report.verdict, this.say("agreement_out_of_force", path, { agreement: id, version })]);
  }

  judgeSections({ header, sections, path, bodyReads }) {
    const found = [];
    for (const [name, { salt, value }] of Object.entries(sections)) {
      if (header.sections[name] !== hashOf([salt, name, value])) found.push(finding("section_false", `${path}.sections.${name}`, { section: name }));
    }
    for (const name of Object.keys(header.sections)) {
      if (this.policy.sections.has(name) && !Object.hasOwn(sections, name)) found.push(finding("section_withheld", `${path}.sections.${name}`, { section: name }));
    }
    if (!bodyReads) found.push(finding("body_unreadable", path));
    this.findings.push(...found);
    return verdictOf(found);
  }

  judgeHeard({ header, path }) {
    const bounds = [];
    for (const { log: name, root, size } of header.heard ?? []) {
      const log = this.logs.get(name);
      if (log?.place !== "proved" || !log.roots.has(size)) continue;
      if (log.roots.get(size) === root) bounds.push({ log: name, size, ...present({ at_ms: log.claims.filter(([index]) => index < size).pop()?.[1] ?? null }) });
      else { bounds.push(null); this.say("heard_false", path, { log: name, size }); }
    }
    return bounds;
  }

  judgeTime({ header, path }, after, before) {
    if (after.includes(null)) return "contradicted";
    const remark = (off) => { if (off > CLOCK_SLACK_S) this.say("clock_off", path, { off_s: off }); };
    if (before !== null) {
      const late = before - Math.floor(header.at_ms / 1000);
      if (this.policy.receiptWithin !== null && late > this.policy.receiptWithin) this.say("receipt_late", path, { late_s: late, within_s: this.policy.receiptWithin });
      remark(-late);
    }
    const claims = after.map((each) => each.at_ms).filter((at) => at !== undefined);
    if (claims.length) remark(Math.floor((Math.max(...claims) - header.at_ms) / 1000));
    return before !== null && (after.length || !(header.heard ?? []).length) ? "proved" : "incomplete";
  }

  async judgeLedger({ log: shown, records }) {
    const log = await this.readLog(shown);
    this.grow(log, []);
    return records.map(({ header, payload, path }) => {
      const verdicts = { author: log.last.author, place: log.place };
      if (payload !== null) {
        const matches = hashOf(payload) === header.payload;
        verdicts.sections = matches ? "proved" : this.say("payload_false", path, { position: header.position });
      }
      const texts = present({ actor: header.actor, stream: header.stream, type: header.type });
      return { at_ms: header.at, disclosed: payload !== null, ledger: shown.origin, position: header.position, verdicts, ...texts };
    });
  }
}

const compare = (one, other) => (one < other ? -1 : Number(one > other));
/** Return the fields that hold something: a report leaves out what is empty. */
const present = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== "" && !(Array.isArray(value) && !value.length)));

function doubtsAbout(party, roots, path) {
  const doubtful = roots.filter((root) => !(root.signed && root.trusted));
  if (!doubtful.length) return [finding("roots_too_few", path, { side: party.side, signed: roots.length })];
  return doubtful.map(({ fingerprint: print, side, signed }) => finding(signed ? "root_not_trusted" : "root_not_signed", path, { fingerprint: print, side }));
}

function answered({ header, index, sections }, log) {
  const value = header.type.startsWith("outcome/") ? sections.outcome?.value : null;
  const { codes, verdict } = isObject(value) ? value : {};
  return {
    index, log, type: header.type,
    ...present({ codes: Array.isArray(codes) ? codes.filter((code) => typeof code === "string") : [], verdict: typeof verdict === "string" ? verdict : "" }),
  };
}

function logReport(log) {
  const last = log.last.checkpoint;
  return {
    checkpoints: log.seen.length, entries: log.shown.entries.length, origin: log.shown.origin, receipts: log.receipts.length,
    root: last ? last.root : "", size: last ? last.size : 0, verdicts: { author: log.last.author, place: log.place },
  };
}

// --- words: written by `make docs` from findings.py and report_words.py -----------------------------------------------

// BEGIN WORDS
const FINDINGS = {
  "evidence.agreement_absent": {"severity": "warning", "text": {"vi": "Tệp không có thỏa thuận mà mục này viện dẫn.", "zh": "文件中没有此处所引用的协议。", "en": "The agreement that this rests on is not in the file.", "fr": "L'accord sur lequel ceci repose n'est pas dans le fichier."}},
  "evidence.agreement_changed": {"severity": "error", "text": {"vi": "Thỏa thuận không phải là văn bản mà các khóa gốc đã ký.", "zh": "该协议不是根密钥所签署的文本。", "en": "The agreement is not the one that the note under it names.", "fr": "L'accord n'est pas celui que nomme la note qui le suit."}},
  "evidence.agreement_not_wanted": {"severity": "warning", "text": {"vi": "Chính sách kiểm tra không nêu thỏa thuận {agreement} phiên bản {version}.", "zh": "核验策略未列出协议 {agreement} 第 {version} 版。", "en": "The policy does not name the agreement {agreement} version {version}.", "fr": "La politique ne nomme pas l'accord {agreement}, version {version}."}},
  "evidence.agreement_out_of_force": {"severity": "warning", "text": {"vi": "Vào thời điểm mà mục này nêu, thỏa thuận {agreement} phiên bản {version} không có hiệu lực.", "zh": "在该条目所述时间，协议 {agreement} 第 {version} 版不在有效期内。", "en": "At the time that the entry states, the agreement {agreement} version {version} was not in force.", "fr": "Au moment indiqué par l'entrée, l'accord {agreement}, version {version}, n'était pas en vigueur."}},
  "evidence.agreement_unreadable": {"severity": "warning", "text": {"vi": "Thỏa thuận có dạng mà phiên bản này không đọc được; hãy dùng bản mới hơn.", "zh": "协议的形式本版本无法读取；请使用更新的版本。", "en": "The agreement has a form that this version does not read; use a newer one.", "fr": "L'accord a une forme que cette version ne lit pas ; utilisez-en une plus récente."}},
  "evidence.body_unreadable": {"severity": "error", "text": {"vi": "Phần thân của mục không đọc được, nên bên nhận sẽ từ chối cả lô.", "zh": "条目正文无法读取，接收方会拒收整批。", "en": "The body of the entry cannot be read; a reader would refuse the whole batch.", "fr": "Le corps de l'entrée est illisible ; un lecteur refuserait tout le lot."}},
  "evidence.checkpoint_not_signed": {"severity": "warning", "text": {"vi": "Khóa của {log} chưa ký điểm kiểm tra này nên nó không có giá trị.", "zh": "{log} 的密钥未签署该检查点，故不作数。", "en": "The key of {log} has not signed the checkpoint, so it counts for nothing.", "fr": "La clé de {log} n'a pas signé le point de contrôle ; il ne compte donc pas."}},
  "evidence.checkpoint_of_other_log": {"severity": "error", "text": {"vi": "Điểm kiểm tra thuộc về nhật ký khác với {log}.", "zh": "该检查点属于 {log} 以外的日志。", "en": "The checkpoint is of another log than {log}.", "fr": "Le point de contrôle est celui d'un autre journal que {log}."}},
  "evidence.clock_off": {"severity": "note", "text": {"vi": "Thời điểm tác giả nêu lệch {off_s} giây ra ngoài khoảng mà các biên nhận chứng minh.", "zh": "作者所述时间超出回执所证明的区间 {off_s} 秒。", "en": "The time that the author states lies {off_s} s outside of what the receipts prove.", "fr": "Le moment indiqué par l'auteur sort de {off_s} s de ce que prouvent les reçus."}},
  "evidence.header_unreadable": {"severity": "warning", "text": {"vi": "Phần đầu của mục có dạng mà phiên bản này không đọc được; hãy dùng bản mới hơn.", "zh": "条目报头的形式本版本无法读取；请使用更新的版本。", "en": "The header of the entry has a form that this version does not read; use a newer one.", "fr": "L'en-tête de l'entrée a une forme que cette version ne lit pas ; utilisez-en une plus récente."}},
  "evidence.heard_false": {"severity": "error", "text": {"vi": "Mục này nêu một gốc của {log} ở kích thước {size} mà nhật ký đó chưa từng có.", "zh": "该条目所称 {log} 在大小 {size} 处的根，该日志从未有过。", "en": "The entry names a root of {log} at size {size} that this log never had.", "fr": "L'entrée nomme une racine de {log} à la taille {size} que ce journal n'a jamais eue."}},
  "evidence.key_not_in_force": {"severity": "error", "text": {"vi": "Khóa của {signer} ở kích thước này có trạng thái {state}, nên chữ ký không có giá trị.", "zh": "{signer} 的密钥在此大小处的状态为 {state}，其签名不作数。", "en": "The key of {signer} is {state} at this size, so its signature does not count.", "fr": "La clé de {signer} est {state} à cette taille ; sa signature ne compte donc pas."}},
  "evidence.not_as_agreed": {"severity": "error", "text": {"vi": "Thỏa thuận không cho phép {post} gửi {type} như thế này: loại tin, kênh hoặc các phần khác với thỏa thuận.", "zh": "协议不允许 {post} 这样发送 {type}：报文类型、通道或部分与协议不同。", "en": "The agreement does not let {post} send {type} like this: type, lane or sections are others.", "fr": "L'accord ne permet pas à {post} d'envoyer {type} ainsi : le type, la voie ou les sections diffèrent."}},
  "evidence.note_malformed": {"severity": "error", "text": {"vi": "Bản ghi có chữ ký không đọc được; hãy lấy lại tệp từ nơi gửi.", "zh": "带签名的文本无法读取；请重新取得该文件。", "en": "The signed note cannot be read; obtain the file again.", "fr": "La note signée est illisible ; procurez-vous le fichier à nouveau."}},
  "evidence.nothing_shown": {"severity": "warning", "text": {"vi": "Tệp không nêu mục nào nên không chứng minh điều gì.", "zh": "文件未列出任何条目，因此未证明任何事项。", "en": "The file shows no entry, so it proves nothing.", "fr": "Le fichier ne montre aucune entrée ; il ne prouve donc rien."}},
  "evidence.outcome_absent": {"severity": "warning", "text": {"vi": "Tệp không có câu trả lời của đối tác cho mục này.", "zh": "文件中没有对方对该条目的答复。", "en": "The file holds no answer of the partner to the entry.", "fr": "Le fichier ne contient pas de réponse du partenaire à l'entrée."}},
  "evidence.payload_false": {"severity": "error", "text": {"vi": "Nội dung của mục {position} trong sổ cái không khớp với giá trị băm của nó: đã bị sửa.", "zh": "账本第 {position} 条的内容与其散列值不符：被改动。", "en": "The payload of ledger entry {position} does not fit its digest: it was changed.", "fr": "Le contenu de l'entrée {position} du registre ne correspond pas à son empreinte : il a été modifié."}},
  "evidence.receipt_absent": {"severity": "warning", "text": {"vi": "Thiếu biên nhận của đối tác cho mục này.", "zh": "缺少对方对该条目的回执。", "en": "The partner's receipt over the entry is missing.", "fr": "Il manque le reçu du partenaire pour l'entrée."}},
  "evidence.receipt_late": {"severity": "warning", "text": {"vi": "Biên nhận đến {late_s} giây sau thời điểm tác giả nêu; chính sách cho phép {within_s} giây.", "zh": "回执晚于作者所述时间 {late_s} 秒；策略允许 {within_s} 秒。", "en": "The receipt came {late_s} s after the time that the author states; the policy allows {within_s} s.", "fr": "Le reçu est venu {late_s} s après le moment indiqué par l'auteur ; la politique en permet {within_s}."}},
  "evidence.reference_false": {"severity": "error", "text": {"vi": "Mục này trả lời mục {index} của {log} nhưng nêu một lá khác.", "zh": "该条目答复 {log} 的第 {index} 条，却指明了另一叶。", "en": "The entry answers entry {index} of {log} but names another leaf.", "fr": "L'entrée répond à l'entrée {index} de {log} mais nomme une autre feuille."}},
  "evidence.root_false": {"severity": "error", "text": {"vi": "Các mục được nêu không cho ra gốc đã ký của {log} ở kích thước {size}: có mục bị sửa, thêm hoặc dời chỗ.", "zh": "所列条目得不到 {log} 在大小 {size} 处已签署的根：有条目被改动、添加或移位。", "en": "The entries shown do not give the root signed for {log} at size {size}: one was changed, added or moved.", "fr": "Les entrées montrées ne donnent pas la racine signée de {log} à la taille {size} : l'une a été modifiée, ajoutée ou déplacée."}},
  "evidence.root_not_signed": {"severity": "warning", "text": {"vi": "Khóa gốc {fingerprint} của bên {side} chưa ký thỏa thuận này.", "zh": "{side} 方的根密钥 {fingerprint} 未签署该协议。", "en": "The root key {fingerprint} of {side} has not signed the agreement.", "fr": "La clé racine {fingerprint} de {side} n'a pas signé l'accord."}},
  "evidence.root_not_trusted": {"severity": "warning", "text": {"vi": "Chính sách kiểm tra không tin khóa gốc {fingerprint} của bên {side}; hãy so dấu vân với bên đó.", "zh": "核验策略不信任 {side} 方的根密钥 {fingerprint}；请与该方核对指纹。", "en": "The policy does not trust the root key {fingerprint} of {side}; compare the fingerprint with that side.", "fr": "La politique ne fait pas confiance à la clé racine {fingerprint} de {side} ; comparez l'empreinte avec cette partie."}},
  "evidence.roots_too_few": {"severity": "warning", "text": {"vi": "Chỉ có {signed} khóa gốc của bên {side} đã ký; chính sách yêu cầu nhiều hơn.", "zh": "{side} 方只有 {signed} 把根密钥签署；策略要求更多。", "en": "Only {signed} roots of {side} signed; the policy asks for more.", "fr": "Seules {signed} racines de {side} ont signé ; la politique en demande davantage."}},
  "evidence.same_id": {"severity": "error", "text": {"vi": "Tin {id} đã được ghi hai lần với nội dung khác nhau.", "zh": "报文 {id} 以不同内容记录了两次。", "en": "The message {id} was written twice with different content.", "fr": "Le message {id} a été écrit deux fois avec un contenu différent."}},
  "evidence.section_false": {"severity": "error", "text": {"vi": "Phần {section} không khớp với giá trị băm trong phần đầu: nội dung đã bị sửa.", "zh": "部分 {section} 与报头中的散列值不符：内容被改动。", "en": "The section {section} does not fit its digest in the header: it was changed.", "fr": "La section {section} ne correspond pas à son empreinte dans l'en-tête : elle a été modifiée."}},
  "evidence.section_withheld": {"severity": "warning", "text": {"vi": "Phần {section} không được công khai mà chính sách lại yêu cầu.", "zh": "部分 {section} 未披露，而策略要求披露。", "en": "The section {section} is not disclosed, and the policy asks for it.", "fr": "La section {section} n'est pas divulguée, et la politique la demande."}},
  "evidence.signature_false": {"severity": "error", "text": {"vi": "Chữ ký mang tên {signer} là giả; nội dung đã bị sửa hoặc người khác đã ký.", "zh": "以 {signer} 名义的签名不真实；内容被改动或由他人签署。", "en": "A signature in the name of {signer} is false: the text was changed, or somebody else signed.", "fr": "Une signature au nom de {signer} est fausse : le texte a été modifié, ou un autre a signé."}},
  "evidence.signature_unchecked": {"severity": "warning", "text": {"vi": "Chữ ký của {signer} thuộc loại mà chương trình này không kiểm tra được; hãy dùng chương trình có thư viện cho loại đó.", "zh": "{signer} 的签名属于本程序无法核验的种类；请使用装有相应程序库的程序。", "en": "The signature of {signer} is of a kind that this program cannot check; use one with the library for it.", "fr": "La signature de {signer} est d'un genre que ce programme ne sait pas vérifier ; utilisez-en un qui en a la bibliothèque."}},
  "evidence.succession_broken": {"severity": "warning", "text": {"vi": "Thỏa thuận {agreement} phiên bản {version} đổi khóa gốc hoặc khóa bắt buộc mà không nói từ đâu chúng có hiệu lực.", "zh": "协议 {agreement} 第 {version} 版更换根密钥或必备密钥，却未说明自何处起有效。", "en": "The agreement {agreement} version {version} changes roots or required keys without saying from where they count.", "fr": "L'accord {agreement} version {version} change des racines ou des clés requises sans dire d'où elles comptent."}},
  "evidence.tree_malformed": {"severity": "error", "text": {"vi": "Cây rút gọn của {log} thiếu hoặc thừa giá trị băm, hoặc có mục nằm ngoài cây.", "zh": "{log} 的剪枝树缺少或多出散列值，或有条目在树外。", "en": "The pruned tree of {log} has hashes too few or too many, or an entry lies beyond it.", "fr": "L'arbre élagué de {log} a trop ou trop peu d'empreintes, ou une entrée est au-delà."}},
  "evidence.two_histories": {"severity": "error", "text": {"vi": "Khóa của {log} đã ký ở kích thước {size} một gốc không thuộc lịch sử này: hai lịch sử đã được ký.", "zh": "{log} 的密钥在大小 {size} 处签署了不属于此历史的根：签署了两段历史。", "en": "The key of {log} signed at size {size} a root that is not of this history: two histories were signed.", "fr": "La clé de {log} a signé à la taille {size} une racine étrangère à cette histoire : deux histoires ont été signées."}},
};
const WORDS = {
  "verdict.proved": {"en": "PROVED", "vi": "ĐÃ CHỨNG MINH", "zh": "已证明", "fr": "PROUVÉ"},
  "verdict.incomplete": {"en": "INCOMPLETE", "vi": "CHƯA ĐỦ", "zh": "不完整", "fr": "INCOMPLET"},
  "verdict.contradicted": {"en": "CONTRADICTED", "vi": "MÂU THUẪN", "zh": "相矛盾", "fr": "CONTREDIT"},
  "whole.proved": {"en": "Everything that the policy asks for is proved.", "vi": "Mọi điều mà chính sách yêu cầu đều được chứng minh.", "zh": "策略所要求的各项均已证明。", "fr": "Tout ce que demande la politique est prouvé."},
  "whole.incomplete": {"en": "Nothing is refuted, but something that the policy asks for is not proved.", "vi": "Không có gì bị bác bỏ, nhưng có điều mà chính sách yêu cầu chưa được chứng minh.", "zh": "没有被推翻的内容，但策略所要求的某些事项未得到证明。", "fr": "Rien n'est réfuté, mais quelque chose que demande la politique n'est pas prouvé."},
  "whole.contradicted": {"en": "Something in the file is false, or contradicts what was signed.", "vi": "Trong tệp có điều sai hoặc trái với những gì đã ký.", "zh": "文件中有不实之处，或与已签署内容相矛盾。", "fr": "Quelque chose dans le fichier est faux, ou contredit ce qui a été signé."},
  "about": {"en": "About {subject}; SHA-256 of the file {sha256}", "vi": "Về {subject}; SHA-256 của tệp {sha256}", "zh": "关于 {subject}；文件的 SHA-256 为 {sha256}", "fr": "Au sujet de {subject} ; SHA-256 du fichier {sha256}"},
  "counted": {"en": "{entries} entries of {logs} logs, {recorded} entries of a post's own ledger", "vi": "{entries} mục của {logs} nhật ký, {recorded} mục trong sổ cái riêng của một cửa khẩu", "zh": "{logs} 个日志的 {entries} 个条目，口岸自有账本的 {recorded} 个条目", "fr": "{entries} entrées de {logs} journaux, {recorded} entrées du registre propre d'un poste"},
  "agreement_line": {"en": "Agreement {id}, version {version}: {roots}", "vi": "Thỏa thuận {id}, phiên bản {version}: {roots}", "zh": "协议 {id} 第 {version} 版：{roots}", "fr": "Accord {id}, version {version} : {roots}"},
  "root.trusted": {"en": "signed by the trusted root of {side}", "vi": "có chữ ký của khóa gốc đáng tin của {side}", "zh": "由 {side} 方受信任的根密钥签署", "fr": "signé par la racine de confiance de {side}"},
  "root.untrusted": {"en": "signed by a root of {side} that is not trusted", "vi": "có chữ ký của một khóa gốc không được tin của {side}", "zh": "由 {side} 方不受信任的根密钥签署", "fr": "signé par une racine de {side} sans confiance"},
  "root.unsigned": {"en": "not signed by the root of {side}", "vi": "chưa có chữ ký của khóa gốc bên {side}", "zh": "未由 {side} 方根密钥签署", "fr": "non signé par la racine de {side}"},
  "entry_line": {"en": "{type} about {subject}: entry {index} of {log}", "vi": "{type} về {subject}: mục {index} của {log}", "zh": "{type}，关于 {subject}：{log} 第 {index} 条", "fr": "{type} au sujet de {subject} : entrée {index} de {log}"},
  "entry_unread": {"en": "Entry {index} of {log}, which this version does not read", "vi": "Mục {index} của {log}, phiên bản này không đọc được", "zh": "{log} 第 {index} 条，本版本无法读取", "fr": "Entrée {index} de {log}, que cette version ne lit pas"},
  "recorded_line": {"en": "{type} by {actor}: entry {position} of the ledger {ledger}", "vi": "{type} do {actor}: mục {position} của sổ cái {ledger}", "zh": "{type}，由 {actor}：账本 {ledger} 第 {position} 条", "fr": "{type} par {actor} : entrée {position} du registre {ledger}"},
  "question.author": {"en": "author", "vi": "tác giả", "zh": "作者", "fr": "auteur"},
  "question.place": {"en": "place", "vi": "vị trí", "zh": "位置", "fr": "place"},
  "question.keys": {"en": "key", "vi": "khóa", "zh": "密钥", "fr": "clé"},
  "question.agreement": {"en": "agreement", "vi": "thỏa thuận", "zh": "协议", "fr": "accord"},
  "question.custody": {"en": "custody", "vi": "lưu giữ", "zh": "保管", "fr": "garde"},
  "question.outcome": {"en": "outcome", "vi": "kết quả", "zh": "结果", "fr": "suite"},
  "question.time": {"en": "time", "vi": "thời gian", "zh": "时间", "fr": "moment"},
  "question.sections": {"en": "content", "vi": "nội dung", "zh": "内容", "fr": "contenu"},
  "author.proved": {"en": "{post} wrote it: its key signed the log", "vi": "{post} đã viết: khóa của cửa khẩu đã ký nhật ký", "zh": "由 {post} 所写：其密钥签署了该日志", "fr": "{post} l'a écrite : sa clé a signé le journal"},
  "author.incomplete": {"en": "who wrote it is not shown: no key that the agreement names signed the log", "vi": "chưa rõ ai viết: không khóa nào nêu trong thỏa thuận đã ký nhật ký", "zh": "未示明作者：协议所列密钥均未签署该日志", "fr": "l'auteur n'est pas montré : aucune clé nommée par l'accord n'a signé le journal"},
  "author.contradicted": {"en": "the signature in the name of {post} is false", "vi": "chữ ký mang tên {post} là giả", "zh": "以 {post} 名义的签名不真实", "fr": "la signature au nom de {post} est fausse"},
  "place.proved": {"en": "it stands there unchanged", "vi": "mục vẫn ở đó, không bị sửa", "zh": "原样位于该处", "fr": "elle s'y trouve, inchangée"},
  "place.incomplete": {"en": "that it stands there is not shown", "vi": "chưa chứng minh là mục ở đó", "zh": "未示明其位于该处", "fr": "il n'est pas montré qu'elle s'y trouve"},
  "place.contradicted": {"en": "the log that was signed does not hold what is shown here", "vi": "nhật ký đã ký không chứa nội dung nêu ở đây", "zh": "已签署的日志不含此处所示内容", "fr": "le journal signé ne contient pas ce qui est montré ici"},
  "keys.proved": {"en": "the key counted at this size of the log", "vi": "khóa có hiệu lực ở kích thước này của nhật ký", "zh": "该密钥在日志此大小时有效", "fr": "la clé comptait à cette taille du journal"},
  "keys.incomplete": {"en": "that the key counted is not shown", "vi": "chưa chứng minh là khóa có hiệu lực", "zh": "未示明该密钥有效", "fr": "il n'est pas montré que la clé comptait"},
  "keys.contradicted": {"en": "the key did not count at this size of the log", "vi": "khóa không có hiệu lực ở kích thước này của nhật ký", "zh": "该密钥在日志此大小时无效", "fr": "la clé ne comptait pas à cette taille du journal"},
  "agreement.proved": {"en": "the agreement {agreement} lists it, and trusted roots signed that", "vi": "thỏa thuận {agreement} có nêu, và các khóa gốc đáng tin đã ký", "zh": "协议 {agreement} 列有此项，且由受信任的根密钥签署", "fr": "l'accord {agreement} la prévoit, et des racines de confiance l'ont signé"},
  "agreement.incomplete": {"en": "the agreement is missing, not in force, or not signed by roots that are trusted", "vi": "thiếu thỏa thuận, hoặc nó không có hiệu lực, hoặc không do khóa gốc đáng tin ký", "zh": "协议缺失、不在有效期内，或未由受信任的根密钥签署", "fr": "l'accord manque, n'est pas en vigueur, ou n'est pas signé par des racines de confiance"},
  "agreement.contradicted": {"en": "it is not what the agreement lists, or a signature under that is false", "vi": "không đúng với thỏa thuận, hoặc một chữ ký dưới thỏa thuận là giả", "zh": "与协议所列不符，或协议下的签名不真实", "fr": "elle n'est pas ce que prévoit l'accord, ou une signature de celui-ci est fausse"},
  "custody.proved": {"en": "the partner stated at {before} that it holds it", "vi": "đối tác xác nhận lúc {before} là đang lưu giữ", "zh": "对方于 {before} 声明持有", "fr": "le partenaire a déclaré à {before} qu'il la détient"},
  "custody.incomplete": {"en": "no receipt of the partner is shown", "vi": "không có biên nhận của đối tác", "zh": "未示明对方回执", "fr": "aucun reçu du partenaire n'est montré"},
  "custody.contradicted": {"en": "the partner's receipt is false", "vi": "biên nhận của đối tác là giả", "zh": "对方回执不真实", "fr": "le reçu du partenaire est faux"},
  "outcome.proved": {"en": "the partner answered: {answers}", "vi": "đối tác đã trả lời: {answers}", "zh": "对方已答复：{answers}", "fr": "le partenaire a répondu : {answers}"},
  "outcome.incomplete": {"en": "no answer of the partner is shown", "vi": "không có câu trả lời của đối tác", "zh": "未示明对方答复", "fr": "aucune réponse du partenaire n'est montrée"},
  "outcome.contradicted": {"en": "the partner's answer is false", "vi": "câu trả lời của đối tác là giả", "zh": "对方答复不真实", "fr": "la réponse du partenaire est fausse"},
  "time.proved": {"en": "written {after}before {before}; its author says {at}", "vi": "được viết {after}trước {before}; tác giả nêu {at}", "zh": "写于 {after}{before} 之前；作者称 {at}", "fr": "écrite {after}avant {before} ; son auteur dit {at}"},
  "time.incomplete": {"en": "not bounded on both sides; its author says {at}", "vi": "chưa giới hạn được cả hai phía; tác giả nêu {at}", "zh": "未能界定前后两端；作者称 {at}", "fr": "non bornée des deux côtés ; son auteur dit {at}"},
  "time.contradicted": {"en": "it names a state of the partner's log that never was", "vi": "mục nêu một trạng thái chưa từng có của nhật ký đối tác", "zh": "其所称对方日志状态从未存在", "fr": "elle nomme un état du journal du partenaire qui n'a jamais été"},
  "after": {"en": "after {after} and ", "vi": "sau {after} và ", "zh": "{after} 之后、", "fr": "après {after} et "},
  "sections.proved": {"en": "disclosed: {disclosed}; withheld: {withheld}", "vi": "công khai: {disclosed}; giữ lại: {withheld}", "zh": "已披露：{disclosed}；未披露：{withheld}", "fr": "divulgué : {disclosed} ; retenu : {withheld}"},
  "sections.incomplete": {"en": "disclosed: {disclosed}; withheld although the policy asks for it: {withheld}", "vi": "công khai: {disclosed}; giữ lại dù chính sách yêu cầu: {withheld}", "zh": "已披露：{disclosed}；策略要求而未披露：{withheld}", "fr": "divulgué : {disclosed} ; retenu quoique demandé par la politique : {withheld}"},
  "sections.contradicted": {"en": "what is disclosed is not what was written", "vi": "nội dung công khai không phải nội dung đã viết", "zh": "所披露内容并非当初所写", "fr": "ce qui est divulgué n'est pas ce qui a été écrit"},
  "page.language": {"en": "English", "vi": "Tiếng Việt", "zh": "中文", "fr": "Français"},
  "page.title": {"en": "Verify a file of the exchange", "vi": "Kiểm tra một tệp trao đổi", "zh": "核验交换文件", "fr": "Vérifier un fichier de l'échange"},
  "page.what": {"en": "Everything is checked in this browser; nothing is sent anywhere.", "vi": "Mọi thứ được kiểm tra ngay trong trình duyệt này; không có gì được gửi đi.", "zh": "一切均在本浏览器内核验；不向任何地方发送内容。", "fr": "Tout est vérifié dans ce navigateur ; rien n'est envoyé nulle part."},
  "page.file": {"en": "Choose or drop an evidence file (.gpevidence) or a bundle (.gpbundle)", "vi": "Chọn hoặc thả tệp chứng cứ (.gpevidence) hoặc gói (.gpbundle)", "zh": "选择或拖入证据文件 (.gpevidence) 或数据包 (.gpbundle)", "fr": "Choisissez ou déposez un fichier de preuves (.gpevidence) ou un paquet (.gpbundle)"},
  "page.policy": {"en": "Choose or drop the policy: whom you trust", "vi": "Chọn hoặc thả chính sách: bạn tin ai", "zh": "选择或拖入策略：您信任谁", "fr": "Choisissez ou déposez la politique : à qui vous vous fiez"},
  "page.unreadable": {"en": "The file or the policy cannot be read.", "vi": "Không đọc được tệp hoặc chính sách.", "zh": "无法读取文件或策略。", "fr": "Le fichier ou la politique est illisible."},
  "page.native": {"en": "Signatures are checked by this browser's own Ed25519.", "vi": "Chữ ký được kiểm tra bằng Ed25519 của chính trình duyệt.", "zh": "签名由本浏览器自带的 Ed25519 核验。", "fr": "Les signatures sont vérifiées par l'Ed25519 de ce navigateur."},
  "page.plain": {"en": "This browser has no Ed25519 of its own; signatures are checked by plain JavaScript, which is slower and just as strict.", "vi": "Trình duyệt này không có Ed25519; chữ ký được kiểm tra bằng JavaScript thuần, chậm hơn nhưng cũng nghiêm ngặt như vậy.", "zh": "本浏览器没有自带的 Ed25519；签名由纯 JavaScript 核验，较慢但同样严格。", "fr": "Ce navigateur n'a pas d'Ed25519 ; les signatures sont vérifiées en JavaScript, plus lentement et tout aussi strictement."},
  "none": {"en": "none", "vi": "không có", "zh": "无", "fr": "rien"},
  "findings": {"en": "Findings", "vi": "Phát hiện", "zh": "发现", "fr": "Constats"},
  "more": {"en": "{count} more entries of which everything is proved", "vi": "{count} mục khác đều đã được chứng minh", "zh": "另有 {count} 个条目全部已证明", "fr": "{count} autres entrées dont tout est prouvé"},
};
// END WORDS

// --- the report in words --------------------------------------------------------------------------------------------

export const LANGUAGES = ["vi", "zh", "en", "fr"];
const TOLD_MAX = 50;
const LAST_MS = 253402300799999;

const filled = (sentence, params) => sentence.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(params, name) ? String(params[name]) : whole));
export const say = (language, key, params = {}) => filled(WORDS[key][language], params);
const instant = (at) => (at <= LAST_MS ? new Date(at).toISOString() : `${at} ms`);
/** Take out what a hostile file could use to move the cursor or to turn the reading direction. */
export const printable = (line) => line.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");

/** Return the sentence of a finding, with what it does, where it is, and its code. */
export const findingLine = (found, language) => `${found.severity}  ${found.path}: ${filled(FINDINGS[found.code].text[language], found.params)} [${found.code}]`;

/** Return each question of an entry with its verdict and a sentence. */
export function asked(entry, language) {
  const claims = (entry.after ?? []).map((each) => each.at_ms).filter((at) => at !== undefined);
  const listed = (names) => (names ?? []).join(", ") || say(language, "none");
  const params = {
    post: parseOrigin(entry.log).post, agreement: entry.agreement ?? "",
    before: entry.before_s === undefined ? "" : instant(entry.before_s * 1000),
    after: claims.length ? say(language, "after", { after: instant(Math.max(...claims)) }) : "",
    at: entry.at_ms === undefined ? "" : instant(entry.at_ms),
    answers: (entry.answers ?? []).map(({ type, verdict, codes }) => [type, verdict, ...(codes ?? [])].filter(Boolean).join(" ")).join(", "),
    disclosed: listed(entry.disclosed), withheld: listed(entry.withheld),
  };
  return QUESTIONS.filter((question) => question in entry.verdicts).map((question) => ({
    question, verdict: entry.verdicts[question], sentence: say(language, `${question}.${entry.verdicts[question]}`, params),
  }));
}

const rootKey = (root) => (root.signed ? (root.trusted ? "root.trusted" : "root.untrusted") : "root.unsigned");
export const agreementLine = (each, language) => say(language, "agreement_line", { ...each, roots: each.roots.map((root) => say(language, rootKey(root), root)).join("; ") });
export const entryLine = (entry, language) => say(language, entry.type ? "entry_line" : "entry_unread", entry);
const allProved = (entry) => worst(Object.values(entry.verdicts)) === "proved";

/** Return the report line by line, as the verifier in Python tells it. */
export function lines(report, language) {
  const told = report.entries.filter((entry) => report.entries.length <= TOLD_MAX || !allProved(entry));
  const whole = [
    `${say(language, `verdict.${report.verdict}`)}  ${say(language, `whole.${report.verdict}`)}`,
    say(language, "about", report),
    say(language, "counted", { entries: report.entries.length, logs: report.logs.length, recorded: report.recorded.length }),
    ...report.agreements.map((each) => agreementLine(each, language)),
  ];
  for (const entry of told) {
    whole.push("", entryLine(entry, language));
    for (const { question, verdict, sentence } of asked(entry, language)) {
      whole.push(`  ${say(language, `question.${question}`)}: ${say(language, `verdict.${verdict}`)} \u2014 ${sentence}`);
    }
  }
  if (told.length < report.entries.length) whole.push(say(language, "more", { count: report.entries.length - told.length }));
  for (const recorded of report.recorded) {
    whole.push("", say(language, "recorded_line", { actor: "", type: "", ...recorded }));
    for (const question of QUESTIONS.filter((each) => each in recorded.verdicts)) {
      whole.push(`  ${say(language, `question.${question}`)}: ${say(language, `verdict.${recorded.verdicts[question]}`)}`);
    }
  }
  if (report.findings.length) whole.push("", `${say(language, "findings")}:`, ...report.findings.map((found) => `  ${findingLine(found, language)}`));
  return whole.map(printable);
}

// --- the program, under Node ----------------------------------------------------------------------------------------

export const EXIT = { proved: 0, contradicted: 1, incomplete: 2, unreadable: 3 };

async function main(words) {
  const { readFileSync } = await import("node:fs");
  const { parseArgs } = await import("node:util");
  const options = { policy: { type: "string" }, json: { type: "boolean", default: false }, lang: { type: "string", default: "en" } };
  try {
    const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
    if (positionals.length !== 1 || !values.policy || !LANGUAGES.includes(values.lang)) fail("use: node verify.mjs FILE --policy FILE [--json] [--lang vi|zh|en|fr]");
    const report = await verify(readFileSync(positionals[0]), readFileSync(values.policy));
    console.log(values.json ? encode(report) : lines(report, values.lang).join("\n"));
    return EXIT[report.verdict];
  } catch (error) {
    if (!(error instanceof Malformed) && !error.code) throw error;
    console.error(`verify: ${error.message}`);
    return EXIT.unreadable;
  }
}

if (globalThis.process?.argv?.[1]?.endsWith("verify.mjs")) {
  process.exitCode = await main(process.argv.slice(2));
}
