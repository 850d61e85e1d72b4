// A published order checked in the browser: it follows operations/verify_order.py and operations/replay.py rule by
// rule and finds the same faults in the same order; it shares no code with them.  Arithmetic of hashes and signatures
// is that of the second verifier (verify.mjs).
import { Malformed, engine, sha256, signedAt } from "./verify.mjs";

const FINDINGS_MAX = 200;
const LINE_BYTES_MAX = 16384;
const PAUSE_EVERY = 1000;
const MINUTE_MS = 60000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const BACKDATED_MS_MAX = 15 * MINUTE_MS;
const AHEAD_MS_MAX = 2 * MINUTE_MS;

const utf8 = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const found = (code, path, params = {}, severity = "error") => ({ code, path, params, severity });
const holds = (object, key) => Object.prototype.hasOwnProperty.call(object, key);
const fail = (message) => { throw new Malformed(message); };

// --- lines, read strictly -----------------------------------------------------------------------------------------

const CODE = /^[a-z0-9_.-]{1,48}$/;
const HEX32 = /^[0-9a-f]{64}$/;
const whole = (least) => (value) => Number.isSafeInteger(value) && value >= least;
const INT = whole(Number.MIN_SAFE_INTEGER);
const NATURAL = whole(0);
const STR = (value) => typeof value === "string";
const BOOL = (value) => typeof value === "boolean";
const spelled = (pattern) => (value) => STR(value) && pattern.test(value);
const oneOf = (words) => (value) => words.includes(value);
const listOf = (words) => (value) => Array.isArray(value) && value.every(oneOf(words));
const orNull = (shape) => (value) => value === null || shape(value);
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

const GATE_KINDS = ["stopped", "reopened", "quota", "hours", "limited", "turning", "turned", "restored", "recovered"];
const PLACE_KINDS = ["taken", "facts", "slot", "buffer", "called", "missed", "moved", "rebound", "arrived", "left"];
const DIRECTIONS = ["out", "in"];

/** Return the shapes of a header, a record and its facts: [check, default] a field; no default means required. */
function shapes({ commodities, regimes, loads, lane_kinds: laneKinds }) {
  const code = [spelled(CODE), ""];
  const text = [STR, ""];
  const time = [INT, 0];
  const facts = {
    commodity: [oneOf(commodities)], regime: [oneOf(regimes)], tested: [BOOL, false], paired_return: [BOOL, false],
    load: [oneOf(loads), "truck"], route: code, lane_kind: [oneOf(laneKinds), "manned"],
  };
  const record = {
    index: [NATURAL], kind: [oneOf([...PLACE_KINDS, ...GATE_KINDS])], at_ms: [INT], recorded_ms: [INT],
    number: [NATURAL, 0], facts: [orNull(isObject), null], class_key: text, binding: text, not_before_ms: time,
    until_ms: time, misses: time, code, staff: text, yard: code, route: code, by_partner: [BOOL, false],
    allows: [listOf(commodities), []], expected_end_ms: time, per_hour: [orNull(INT), null], calendar: code,
    date: text, start: text, until: text, lane: code, towards: [orNull(oneOf(DIRECTIONS)), null], lost_from_ms: time,
  };
  const header = {
    order: [oneOf([1])], plan: [STR], post: [STR], direction: [oneOf(DIRECTIONS)], rule: [spelled(HEX32)],
    checkpoint: [STR],
  };
  return { facts, record, header };
}

/** Return `value` with every field of `shape`; throws when one is missing, unknown or wrong. */
function shaped(value, shape) {
  if (!isObject(value)) fail("no object");
  const unknown = Object.keys(value).find((key) => !holds(shape, key));
  if (unknown !== undefined) fail(`unknown field ${unknown.slice(0, 40)}`);
  const filled = {};
  for (const [key, [check, usual]] of Object.entries(shape)) {
    if (holds(value, key)) {
      if (!check(value[key])) fail(`field ${key}`);
      filled[key] = value[key];
    } else if (usual === undefined) fail(`field ${key} is missing`);
    else filled[key] = usual;
  }
  return filled;
}

/** Return canonical JSON of a record: keys sorted, no spaces, what has its usual value left out. */
function spelling(value, shape, inner = {}) {
  const parts = [];
  for (const key of Object.keys(shape).sort()) {
    const usual = shape[key][1];
    const same = usual !== undefined && (Array.isArray(usual) ? value[key].length === 0 : value[key] === usual);
    if (!same) parts.push(`${JSON.stringify(key)}:${key in inner ? inner[key] : JSON.stringify(value[key])}`);
  }
  return `{${parts.join(",")}}`;
}

function strictly(raw, kind, known) {
  if (raw.length > LINE_BYTES_MAX) fail(`longer than ${LINE_BYTES_MAX} bytes`);
  let text;
  let value;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
    value = JSON.parse(text);
  } catch {
    fail("not JSON");
  }
  const line = shaped(value, known[kind]);
  const inner = {};
  if (kind === "record" && line.facts !== null) {
    line.facts = shaped(line.facts, known.facts);
    inner.facts = spelling(line.facts, known.facts);
  }
  if (spelling(line, known[kind], inner) !== text) fail("not in canonical form");
  return line;
}

/** Yield the lines of a file without their line ends. */
function* linesOf(bytes) {
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(10, at);
    yield bytes.subarray(at, end < 0 ? bytes.length : end);
    at = end < 0 ? bytes.length : end + 1;
  }
}

async function readExport(bytes, known, pause) {
  const parsed = { header: null, records: [], leaves: [], fault: null };
  let number = 0;
  for (const raw of linesOf(bytes)) {
    number += 1;
    try {
      if (number === 1) parsed.header = strictly(raw, "header", known);
      else {
        parsed.records.push(strictly(raw, "record", known));
        parsed.leaves.push(sha256(Uint8Array.of(0), raw));
      }
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      parsed.fault = found("order.malformed", `lines.${number}`, { line: number, why: error.message });
      return parsed;
    }
    if (number % PAUSE_EVERY === 0) await pause("read", number);
  }
  if (!number) parsed.fault = found("order.malformed", "lines.1", { line: 1, why: "the file is empty" });
  return parsed;
}

// --- the tree and the checkpoint ----------------------------------------------------------------------------------

/** Return the root over leaf hashes (RFC 6962, 2.1). */
export function rootOf(leaves) {
  const node = (left, right) => sha256(Uint8Array.of(1), left, right);
  const peaks = [];
  leaves.forEach((leaf, size) => {
    let top = leaf;
    for (let rest = size; rest % 2; rest = (rest - 1) / 2) top = node(peaks.pop(), top);
    peaks.push(top);
  });
  return peaks.length ? peaks.reduceRight((right, left) => node(left, right)) : sha256(new Uint8Array());
}

/** Return what the checkpoint says of the order of `direction`, null when it says nothing that can be read. */
function headIn(note, direction) {
  const line = note.split("\n\n")[0].split("\n").slice(3).find((one) => one.startsWith(`order ${direction} `));
  const match = /^order (?:out|in) (0|[1-9][0-9]*) ([A-Za-z0-9+/]{43}=)$/.exec(line ?? "");
  if (!match) return null;
  const root = Uint8Array.from(atob(match[2]), (char) => char.charCodeAt(0));
  const canonical = btoa(String.fromCharCode(...root)) === match[2];
  return canonical ? { size: Number(match[1]), root: hex(root) } : null;
}

const ALGORITHMS = [["log", "ed25519", [1]], ["log", "p256", [2]], ["mirror", "ed25519", [4]], ["log", "ml-dsa-44", [6]],
  ["log", "sm2", [255, ...utf8("gatepair/sm2/v1")]]];

/** Return whose key a key text (name+id+key) is; null when it is of no kind known here. */
function keyOf(vkey) {
  const [name, , ...rest] = vkey.trim().split("+");
  let bytes;
  try {
    bytes = Uint8Array.from(atob(rest.join("+")), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
  const kind = ALGORITHMS.find(([, , mark]) => mark.every((byte, at) => bytes[at] === byte));
  return kind ? { name, use: kind[0], algorithm: kind[1], key: bytes.subarray(kind[2].length) } : null;
}

/** Return whether the checkpoint carries the key's signature: true, false, or null when this browser cannot tell. */
async function signed(checkpoint, vkey, parseNote) {
  const key = keyOf(vkey);
  const note = parseNote(checkpoint);
  if (!key) return null;
  if (!note) return false;
  const at = await signedAt(note, key.name, key);
  return at === null ? null : typeof at === "bigint";
}

// --- hours --------------------------------------------------------------------------------------------------------

const offsets = new Map();

/** Return how far the clocks of `zone` are ahead of UTC at an instant, in milliseconds. */
function offsetMs(atMs, zone) {
  const key = `${zone} ${Math.floor(atMs / (15 * MINUTE_MS))}`;
  if (!offsets.has(key)) {
    const rounded = Math.floor(atMs / 1000) * 1000;
    const form = { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" };
    const parts = Object.fromEntries(new Intl.DateTimeFormat("en", form).formatToParts(rounded).map((part) => [part.type, Number(part.value)]));
    offsets.set(key, Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second) - rounded);
  }
  return offsets.get(key);
}

const dayOf = (atMs, zone) => Math.floor((atMs + offsetMs(atMs, zone)) / DAY_MS);
const isoOf = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10);
const weekdayOf = (day) => ((day + 3) % 7) + 1;

/** Return the instant of HH:MM on a local day; 24:00 is the next midnight. */
function localMs(day, clock, zone) {
  const [hour, minute] = clock.split(":").map(Number);
  const wall = day * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS;
  const guess = wall - offsetMs(wall, zone);
  return wall - offsetMs(guess, zone);
}

/** Opening hours of the calendars of one rule, as plan/calendars.py reads them. */
class Hours {
  constructor(calendars, holidays) {
    this.calendars = calendars;
    this.holidays = holidays;
  }

  /** Return the windows of a local day: {start, until, only, agreed}. */
  windows(key, day, agreed) {
    const calendar = this.calendars[key];
    const iso = isoOf(day);
    const window = (one, only, byAgreement) => ({
      start: localMs(day, one.start, calendar.timezone), until: localMs(day, one.until, calendar.timezone),
      only, agreed: byAgreement,
    });
    const opened = (openings, only) => openings.filter((one) => one.weekdays.includes(weekdayOf(day)))
      .map((one) => window(one, only, false)).sort((one, other) => one.start - other.start);
    const said = [...agreed].reverse().find((one) => one.calendar === key && one.date === iso);
    if (said) return [window(said, said.only, true)];
    const exception = calendar.exceptions.find((one) => one.first <= iso && iso <= one.last);
    if (exception) return opened(exception.openings, exception.only);
    if (calendar.closed_on_holidays_of.some((side) => this.holidays[side].includes(iso))) return [];
    return opened(calendar.openings, []);
  }

  /** Return {open, only} of a calendar at an instant, for a direction. */
  open(key, direction, nowMs, agreed) {
    const calendar = this.calendars[key];
    const today = dayOf(nowMs, calendar.timezone);
    for (const day of [today - 1, today, today + 1]) {
      for (const window of this.windows(key, day, agreed)) {
        const cutoff = window.agreed ? undefined : calendar.cutoff[direction];
        const until = cutoff === undefined ? window.until : Math.min(window.until, localMs(day, cutoff, calendar.timezone));
        if (window.start <= nowMs && nowMs < until) return { open: true, only: window.only };
      }
    }
    return { open: false, only: [] };
  }

  /** Return the same, narrowed by the hours that each side announced for single dates. */
  narrowed(key, direction, nowMs, { hours, limits }) {
    let at = this.open(key, direction, nowMs, hours);
    const zone = this.calendars[key].timezone;
    for (const byPartner of [false, true]) {
      const told = limits.filter((one) => one.calendar === key && one.byPartner === byPartner);
      if (!at.open || !told.length) continue;
      const day = dayOf(nowMs, zone);
      const limit = told.find((one) => one.date === isoOf(day));
      if (!limit) continue;
      const within = localMs(day, limit.start, zone) <= nowMs && nowMs < localMs(day, limit.until, zone);
      const groups = both(at.only.length ? at.only : null, limit.only.length ? limit.only : null);
      if (!within || (groups && !groups.length)) return { open: false, only: [] };
      at = { open: true, only: groups ?? [] };
    }
    return at;
  }
}

const both = (one, other) => (one === null || other === null ? one ?? other : one.filter((group) => other.includes(group)));
const either = (one, other) => (one === null || other === null ? null : [...new Set([...one, ...other])]);

// --- the gate -----------------------------------------------------------------------------------------------------

/** Stops, tidal lanes and hours after some records, as operations/gate.py folds them. */
class Gate {
  constructor() {
    this.stops = new Map();
    this.reopenedMs = new Map();
    this.tides = new Map();
    this.hours = [];
    this.limits = [];
    this.lostFromMs = null;
  }

  take(record) {
    const key = `${record.by_partner} ${record.route}`;
    switch (record.kind) {
      case "stopped":
        this.stops.set(key, { route: record.route, allows: record.allows });
        break;
      case "reopened":
        this.stops.delete(key);
        this.reopenedMs.set(record.route, Math.max(record.at_ms, this.reopenedMs.get(record.route) ?? 0));
        break;
      case "turning":
        if (record.towards !== null) this.tides.set(record.lane, null);
        break;
      case "turned":
        if (record.towards !== null) this.tides.set(record.lane, record.towards);
        break;
      case "hours":
        this.hours = [...this.hours.filter((one) => !isFor(one, record)), hoursOf(record)];
        break;
      case "limited":
        this.limits = [...this.limits.filter((one) => !(isFor(one, record) && one.byPartner === record.by_partner)), hoursOf(record)];
        break;
      case "restored":
        this.lostFromMs = record.lost_from_ms;
        break;
      case "recovered":
        this.lostFromMs = null;
        break;
      default:
    }
  }

  standing(route) {
    return [...this.stops.values()].filter((stop) => stop.route === "" || stop.route === route);
  }

  /** Return the groups that may pass on a road: null for all. */
  allowed(route) {
    const stops = this.standing(route);
    return stops.length ? stops.map((stop) => stop.allows).reduce(both) : null;
  }

  isStopped(route) {
    return this.standing(route).length > 0;
  }

  /** Return which way a tidal lane runs: out until it was turned, null while it turns. */
  tide(lane) {
    return this.tides.has(lane) ? this.tides.get(lane) : "out";
  }
}

const isFor = (one, record) => one.calendar === record.calendar && one.date === record.date;
const hoursOf = ({ calendar, date, start, until, allows, by_partner: byPartner }) => ({ calendar, date, start, until, only: allows, byPartner });

// --- the queue ----------------------------------------------------------------------------------------------------

const WAITING = ["waiting", "at_buffer", "standby"];

function byKey(one, other) {
  for (let at = 0; at < 3; at += 1) if (one[at] !== other[at]) return one[at] - other[at];
  return 0;
}

/** Rows [time, number], the earliest first. */
class Due {
  constructor() { this.rows = []; }

  push(time, number) {
    const { rows } = this;
    let at = rows.push([time, number]) - 1;
    while (at && rows[(at - 1) >> 1][0] > rows[at][0]) {
      const up = (at - 1) >> 1;
      [rows[up], rows[at]] = [rows[at], rows[up]];
      at = up;
    }
  }

  /** Take out the first row that is due at `now`, null when none is. */
  pop(now) {
    const { rows } = this;
    if (!rows.length || rows[0][0] > now) return null;
    const first = rows[0];
    const last = rows.pop();
    if (rows.length) {
      rows[0] = last;
      for (let at = 0; ;) {
        const down = [2 * at + 1, 2 * at + 2].filter((one) => one < rows.length).sort((a, b) => rows[a][0] - rows[b][0])[0];
        if (down === undefined || rows[down][0] >= rows[at][0]) break;
        [rows[down], rows[at]] = [rows[at], rows[down]];
        at = down;
      }
    }
    return first;
  }
}

/** The places of one direction, as operations/queue.py folds them. */
class Book {
  constructor(rule) {
    this.rule = rule;
    this.lastNumber = 0;
    this.places = new Map();
    this.ready = new Map();
    this.ageing = new Due();
    this.resting = new Due();
    this.moves = 0;
    this.settledMs = 0;
  }

  rankOf(facts) {
    const rank = this.rule.priorities.findIndex((one) => (!one.commodities.length || one.commodities.includes(facts.commodity))
      && (!one.regimes.length || one.regimes.includes(facts.regime))
      && (one.tested === null || one.tested === facts.tested)
      && (one.paired_return === null || one.paired_return === facts.paired_return));
    return rank < 0 ? this.rule.priorities.length : rank;
  }

  classOf(facts) {
    return this.rule.priorities[this.rankOf(facts)]?.key ?? "unclassed";
  }

  isCallable(facts) {
    return facts.tested || !this.rule.needs_test.includes(facts.commodity);
  }

  taken(record) {
    this.lastNumber = record.number;
    this.ageing.push(record.at_ms + this.rule.promote_after_h * HOUR_MS, record.number);
    this.put({
      number: record.number, facts: record.facts, binding: record.binding, rank: this.rankOf(record.facts),
      state: record.yard ? "at_buffer" : "waiting", misses: 0, calledMs: 0, untilMs: 0, moved: 0, aged: false,
      notBeforeMs: record.not_before_ms,
    });
  }

  /** Change an active place, as it stands now: another record may have aged it since it was looked up. */
  change(number, changes) {
    const place = this.places.get(number);
    if (!place) return;
    this.leave(place);
    this.put({ ...place, ...changes });
  }

  gone(number) {
    this.leave(this.places.get(number));
    this.places.delete(number);
  }

  put(place) {
    this.places.set(place.number, place);
    if (place.state === "called" || place.state === "inside" || !this.isCallable(place.facts)) return;
    if (place.notBeforeMs > this.settledMs) {
      this.resting.push(place.notBeforeMs, place.number);
      return;
    }
    const keys = this.ready.get(lineOf(place)) ?? [];
    keys.splice(firstFrom(keys, keyOfPlace(place)), 0, keyOfPlace(place));
    this.ready.set(lineOf(place), keys);
  }

  leave(place) {
    const keys = this.ready.get(lineOf(place));
    if (!keys) return;
    const at = firstFrom(keys, keyOfPlace(place));
    if (at < keys.length && byKey(keys[at], keyOfPlace(place)) === 0) keys.splice(at, 1);
  }

  settle(nowMs) {
    if (nowMs <= this.settledMs) return;
    this.settledMs = nowMs;
    for (let row = this.ageing.pop(nowMs); row; row = this.ageing.pop(nowMs)) this.change(row[1], { aged: true });
    for (let row = this.resting.pop(nowMs); row; row = this.resting.pop(nowMs)) this.change(row[1], {});
  }

  /** Return who of a line comes next; null for nobody. */
  best(line, nowMs, only) {
    this.settle(nowMs);
    const key = (this.ready.get(line) ?? []).find((one) => only === null || only.includes(this.places.get(one[2]).facts.commodity));
    return key ? this.places.get(key[2]) : null;
  }
}

const lineOf = (place) => `${place.facts.route} ${place.facts.lane_kind}`;
const keyOfPlace = (place) => (place.moved ? [0, place.moved, place.number] : [1, place.aged ? 0 : place.rank, place.number]);

/** Return where `key` stands or would stand among sorted keys. */
function firstFrom(keys, key) {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byKey(keys[middle], key) < 0) low = middle + 1; else high = middle;
  }
  return low;
}

// --- the replay ---------------------------------------------------------------------------------------------------

const CAUSES = ["rebound", "missed", "cancelled", "diverted", "departed", "closed", "refused"];

/** The state of the order after some records; take() gives what is wrong with the next one. */
class Replay {
  constructor(judged, direction, holidays) {
    this.rule = judged.queue;
    this.routes = judged.routes;
    this.direction = direction;
    this.hours = new Hours(judged.calendars, holidays);
    this.book = new Book(judged.queue);
    this.gate = new Gate();
    this.counted = { places: 0, calls: 0, moves: 0 };
    this.index = 0;
    this.recordedMs = 0;
  }

  take(record) {
    this.path = `records.${record.index}`;
    const findings = this.sequence(record);
    if (GATE_KINDS.includes(record.kind)) this.gate.take(record);
    else if (record.kind === "taken") findings.push(...this.taken(record));
    else {
      const place = this.book.places.get(record.number);
      if (place) findings.push(...this[record.kind](record, place));
      else findings.push(this.say("no_place", { index: record.index, what: record.kind, number: record.number }));
    }
    return findings;
  }

  say(code, params) {
    return found(`order.${code}`, this.path, params);
  }

  sequence(record) {
    const findings = [];
    if (record.index !== this.index) findings.push(this.say("gap", { expected: this.index, found: record.index }));
    const { lostFromMs } = this.gate;
    const since = lostFromMs === null ? record.recorded_ms : Math.min(record.recorded_ms, lostFromMs);
    const late = record.kind === "taken" && record.at_ms < since - BACKDATED_MS_MAX;
    const ahead = record.at_ms > record.recorded_ms + AHEAD_MS_MAX;
    if (record.recorded_ms < this.recordedMs || late || ahead) findings.push(this.say("time", { index: record.index }));
    this.index = record.index + 1;
    this.recordedMs = Math.max(this.recordedMs, record.recorded_ms);
    return findings;
  }

  taken(record) {
    const { number } = record;
    const expected = this.book.lastNumber + 1;
    if (number < expected) return [this.say("number_reused", { number })];
    const findings = [];
    for (let missing = expected; missing < Math.min(number, expected + 10); missing += 1) findings.push(this.say("number_gap", { missing, number }));
    if (record.facts === null || !record.binding) return [...findings, this.say("no_place", { index: record.index, what: "taken", number })];
    this.counted.places += 1;
    this.book.taken(record);
    return [...findings, ...this.classed(record, record.facts)];
  }

  classed(record, facts) {
    const expected = this.book.classOf(facts);
    return record.class_key === expected ? [] : [this.say("class_forged", { number: record.number, found: record.class_key, expected })];
  }

  facts(record, place) {
    const facts = record.facts ?? place.facts;
    this.book.change(place.number, { facts, rank: this.book.rankOf(facts) });
    return this.classed(record, facts);
  }

  slot(record, place) {
    this.book.change(place.number, { notBeforeMs: record.not_before_ms });
    return [];
  }

  buffer(record, place) {
    this.book.change(place.number, place.state === "waiting" ? { state: "at_buffer" } : {});
    return [];
  }

  called(record, place) {
    this.counted.calls += 1;
    const findings = this.due(record, place);
    const givenMs = record.until_ms - record.at_ms;
    if (givenMs < this.rule.grace_min * MINUTE_MS) {
      findings.push(this.say("grace_short", { number: place.number, given_min: Math.floor(givenMs / MINUTE_MS), grace_min: this.rule.grace_min }));
    }
    this.book.change(place.number, { state: "called", calledMs: record.at_ms, untilMs: record.until_ms });
    return findings;
  }

  /** Return why this call is not the one that the rule asks for, nothing when it is. */
  due(record, place) {
    const view = this.lineView(place.facts, record.at_ms);
    const best = view.open ? this.book.best(lineOf(place), record.at_ms, view.only) : null;
    if (best?.number === place.number) return [];
    let why = this.whyNot(place, record.at_ms) || view.why;
    if (!why && view.only !== null && !view.only.includes(place.facts.commodity)) {
      why = this.gate.isStopped(place.facts.route) ? "stopped" : "not_this_commodity";
    }
    if (why) return [this.say("call_not_due", { number: place.number, why })];
    return [this.say("call_unexplained", { number: place.number, expected: best?.number ?? 0 })];
  }

  whyNot(place, nowMs) {
    if (!WAITING.includes(place.state)) return place.state;
    if (!this.book.isCallable(place.facts)) return "no_test_paper";
    if (place.notBeforeMs > nowMs) return place.state === "standby" ? "standby" : "before_its_slot";
    return "";
  }

  /** Return how the lanes of a line stand together, as operations/lanes.py puts them. */
  lineView({ route: asked, lane_kind: kind }, nowMs) {
    let groups = [];
    let open = false;
    const reasons = [];
    for (const [route, road] of Object.entries(this.routes)) {
      for (const [key, lane] of Object.entries(road.lanes)) {
        const mine = (asked === "" || asked === route) && lane.kind === kind;
        if (!mine || (lane.direction !== "tidal" && lane.direction !== this.direction)) continue;
        const shut = this.shut(route, key, lane);
        const hours = shut ? null : this.hours.narrowed(lane.hours, this.direction, nowMs, this.gate);
        if (shut || !hours.open) {
          reasons.push(shut || "closed");
          continue;
        }
        open = true;
        groups = either(groups, both(this.gate.allowed(route), hours.only.length ? hours.only : null));
      }
    }
    if (!open) return { open, only: null, why: ["closed", "stopped", "turning"].find((one) => reasons.includes(one)) ?? reasons[0] ?? "closed" };
    const nothing = groups !== null && !groups.length;
    return { open: !nothing, only: groups, why: nothing ? "stopped" : "" };
  }

  shut(route, key, lane) {
    const allowed = this.gate.allowed(route);
    if (allowed !== null && !allowed.length) return "stopped";
    const running = lane.direction === "tidal" ? this.gate.tide(key) : lane.direction;
    if (running === this.direction) return "";
    return running === null ? "turning" : "other_way";
  }

  missed(record, place) {
    const findings = this.missedRightly(record, place);
    const restMs = record.at_ms + this.rule.grace_min * MINUTE_MS;
    this.book.change(place.number, { state: "standby", misses: place.misses + 1, moved: 0, notBeforeMs: restMs });
    return findings;
  }

  missedRightly(record, place) {
    const { route } = place.facts;
    const reopened = Math.max(this.gate.reopenedMs.get("") ?? 0, this.gate.reopenedMs.get(route) ?? 0);
    const fresh = reopened + place.untilMs - place.calledMs;
    const deadline = place.calledMs <= reopened ? Math.max(place.untilMs, fresh) : place.untilMs;
    if (place.state === "called" && record.at_ms > deadline && !this.gate.isStopped(route)) return [];
    return [this.say("miss_early", { number: place.number })];
  }

  arrived(record, place) {
    const findings = [];
    if (place.state !== "called") findings.push(this.say("not_called", { number: place.number }));
    if (record.binding !== place.binding) findings.push(this.say("swapped", { number: place.number }));
    this.book.change(place.number, { state: "inside" });
    return findings;
  }

  left(record, place) {
    const findings = [];
    const { number } = place;
    if (record.code === "departed" && place.state !== "inside") findings.push(this.say("not_arrived", { number }));
    if (record.code === "missed") {
      findings.push(...this.missedRightly(record, place));
      if (place.misses + 1 <= this.rule.recalls) findings.push(this.say("lost_early", { number, misses: place.misses + 1, recalls: this.rule.recalls }));
    }
    if (!CAUSES.includes(record.code)) findings.push(this.say("cause_unknown", { number, cause: record.code }));
    this.book.gone(number);
    return findings;
  }

  moved(record, place) {
    this.counted.moves += 1;
    this.book.moves += 1;
    this.book.change(place.number, { moved: this.book.moves });
    return this.byHand(record, place);
  }

  rebound(record, place) {
    this.book.change(place.number, { binding: record.binding });
    return this.byHand(record, place);
  }

  byHand(record, { number }) {
    const findings = [];
    if (!record.code) findings.push(this.say("move_without_code", { number }));
    else if (!holds(this.rule.move_codes, record.code)) findings.push(this.say("move_code_unknown", { number, code: record.code }));
    if (!record.staff) findings.push(this.say("move_without_person", { number }));
    return findings;
  }
}

// --- the whole check ----------------------------------------------------------------------------------------------

function againstPlan(header, rules) {
  const own = `${header.plan}/${header.post}`;
  if (header.plan !== rules.plan || !holds(rules.rules, header.post)) return [found("order.other_plan", "plan", { found: own, expected: rules.plan })];
  if (!rules.exits[header.post].includes(header.direction)) {
    return [found("order.other_plan", "direction", { found: own, expected: `${rules.plan}/${rules.partners[header.post]}` })];
  }
  return header.rule === hex(sha256(utf8(rules.rules[header.post]))) ? [] : [found("order.rule_changed", "rule")];
}

function againstCheckpoint(parsed, isSigned, root) {
  const findings = [];
  if (isSigned === null) findings.push(found("order.unsigned", "checkpoint", {}, "note"));
  else if (!isSigned) findings.push(found("order.signature", "checkpoint"));
  const { direction, checkpoint } = parsed.header;
  const head = headIn(checkpoint, direction);
  if (!head) findings.push(found("order.no_head", "checkpoint", { direction }));
  else if (head.size !== parsed.leaves.length) findings.push(found("order.size", "checkpoint", { expected: head.size, found: parsed.leaves.length }));
  else if (head.root !== root) findings.push(found("order.root", "checkpoint"));
  return findings;
}

/** Compare with a copy that was kept: what was published once must stand for ever. */
function againstEarlier(parsed, earlier) {
  const [old, now] = [earlier.header, parsed.header];
  const unusable = (why) => [found("order.earlier_unusable", "earlier", { why })];
  if (!old || earlier.fault) return unusable("it cannot be read");
  if (["plan", "post", "direction"].some((key) => old[key] !== now[key])) return unusable("it is the order of another gate or direction");
  if (againstCheckpoint(earlier, earlier.signed ?? true, hex(rootOf(earlier.leaves))).length) return unusable("it does not agree with its own checkpoint");
  const index = earlier.leaves.findIndex((leaf, at) => at < parsed.leaves.length && hex(leaf) !== hex(parsed.leaves[at]));
  if (index >= 0) return [found("order.rewritten", `records.${index}`, { index, number: earlier.records[index].number })];
  const [expected, here] = [earlier.leaves.length, parsed.leaves.length];
  return expected > here ? [found("order.shrunk", `records.${here}`, { expected, found: here })] : [];
}

/**
 * Check a published order against `rules` (/board/rules.json).
 *
 * `earlier` are the bytes of a copy that was kept.  `pause(stage, count)` is awaited now and then.  Returns
 * {ok, findings, records, places, calls, moves, root, signed, native}: as verify_order's report; `signed` is null when
 * this browser cannot check a signature of this kind, `native` tells whether the browser's own arithmetic did.
 */
export async function checkOrder(bytes, rules, { earlier = null, parseNote, pause = async () => {} }) {
  const known = shapes(rules.words);
  const parsed = await readExport(bytes, known, pause);
  const root = hex(rootOf(parsed.leaves));
  const findings = [];
  let counted = { places: 0, calls: 0, moves: 0 };
  let isSigned = null;
  if (parsed.header) {
    isSigned = await signed(parsed.header.checkpoint, rules.key, parseNote);
    findings.push(...againstPlan(parsed.header, rules), ...againstCheckpoint(parsed, isSigned, root));
    if (earlier) {
      const old = await readExport(earlier, known, pause);
      if (old.header) old.signed = await signed(old.header.checkpoint, rules.key, parseNote);
      findings.push(...againstEarlier(parsed, old));
    }
    if (holds(rules.rules, parsed.header.post)) {
      const replay = new Replay(JSON.parse(rules.rules[parsed.header.post]), parsed.header.direction, rules.holidays);
      ({ counted } = replay);
      for (const [at, record] of parsed.records.entries()) {
        findings.push(...replay.take(record));
        if (findings.length >= FINDINGS_MAX) break;
        if (at % PAUSE_EVERY === 0) await pause("replay", at);
      }
    }
  }
  if (parsed.fault) findings.push(parsed.fault);
  const kept = findings.slice(0, FINDINGS_MAX);
  const ok = !kept.some((one) => one.severity === "error");
  return { ok, findings: kept, records: parsed.records.length, ...counted, root, signed: isSigned, native: engine.native };
}
