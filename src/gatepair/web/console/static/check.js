// The page that checks the public order: fetches order and rules, runs the check, and shows what ran and what it found.
import { checkOrder } from "./order.js";
import { parseNote } from "./verify.mjs";

const MARKS = { holds: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z", unsigned: "M8 1l7.5 14H.5z", broken: "M5 1h6l4 4v6l-4 4H5l-4-4V5z" };
const LEVELS = { holds: "normal", unsigned: "warning", broken: "crisis" };

const byId = (id) => document.getElementById(id);
const words = JSON.parse(byId("words").textContent);
const filled = (text, params = {}) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole));
const say = (key, params) => filled(words.texts[`check.${key}`], params);
const line = (text) => Object.assign(document.createElement("li"), { textContent: text });

async function fetched(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new TypeError(`${path}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

const bytesOf = async (input) => (input.files.length ? new Uint8Array(await input.files[0].arrayBuffer()) : null);

/** Let the page breathe, and say how far it is. */
async function pause(stage, count) {
  byId("progress").textContent = say(stage, { count });
  await new Promise((resolve) => { setTimeout(resolve); });
}

/** Return what ran as sentences, each with how it came out. */
function ran(report, compared) {
  const faulty = (...codes) => report.findings.some(({ code }) => codes.includes(code.slice(6)));
  const told = (key, isWrong, more = "") => `${say(key, report)}${more} – ${say(isWrong ? "no" : "yes")}`;
  const unread = report.findings.some(({ code, path }) => code === "order.malformed" && path === "lines.1");
  const lines = [told("lines", faulty("malformed"))];
  if (unread) return [...lines, say("not_run")];
  const how = ` (${say(report.native ? "native" : "plain")})`;
  lines.push(report.signed === null ? `${say("signature")} – ${say("uncheckable")}` : told("signature", !report.signed, how));
  lines.push(told("root", faulty("size", "root", "no_head")), told("rule", faulty("other_plan", "rule_changed")));
  const other = ["malformed", "signature", "size", "root", "no_head", "other_plan", "rule_changed", "unsigned", "rewritten", "shrunk", "earlier_unusable"];
  lines.push(told("calls", report.findings.some(({ code }) => !other.includes(code.slice(6)))));
  if (compared) lines.push(told("compared", faulty("rewritten", "shrunk", "earlier_unusable")));
  return lines;
}

function show(report, compared) {
  const verdict = !report.ok ? "broken" : report.signed ? "holds" : "unsigned";
  const box = byId("verdict");
  box.dataset.verdict = verdict;
  // For whoever reads the page by program: what was found, as verify_order's report.
  box.dataset.found = JSON.stringify(report);
  box.querySelector(".alarm").className = `alarm ${LEVELS[verdict]}`;
  box.querySelector("path").setAttribute("d", MARKS[verdict]);
  box.querySelector("b").textContent = say(verdict);
  byId("ran").replaceChildren(...ran(report, compared).map(line));
  const faults = report.findings.filter(({ severity }) => severity === "error");
  byId("faults").replaceChildren(...faults.map(({ code, params }) => line(filled(words.faults[code], params))));
  byId("faults-title").hidden = !faults.length;
  byId("progress").textContent = "";
  box.hidden = false;
}

async function check(form) {
  byId("verdict").hidden = true;
  byId("progress").textContent = say("fetching");
  const rules = JSON.parse(new TextDecoder().decode(await fetched("/board/rules.json")));
  const copy = await bytesOf(form.elements.copy);
  const earlier = await bytesOf(form.elements.earlier);
  const order = copy ?? await fetched(`/v1/order/${byId("checker").dataset.way}.jsonl`);
  show(await checkOrder(order, rules, { earlier, parseNote, pause }), earlier !== null);
}

byId("start").hidden = false;
byId("start").addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.target.querySelector("button");
  button.disabled = true;
  try {
    await check(event.target);
  } catch (error) {
    // A line that is down is no fault of the order; anything else is one of this page and must be seen.
    byId("progress").textContent = say("failed");
    if (!(error instanceof TypeError)) throw error;
  } finally {
    button.disabled = false;
  }
});
