// Answers questions to the verifier in JavaScript, one JSON object a line, so that the tests start Node only once.
import { createInterface } from "node:readline";

const verifier = await import(process.argv[2]);
const bytes = (base64) => new Uint8Array(Buffer.from(base64, "base64"));
const hex = (raw) => Buffer.from(raw).toString("hex");

const QUESTIONS = {
  async verify({ file, policy, language }) {
    const report = await verifier.verify(bytes(file), bytes(policy));
    return { report: verifier.encode(report), lines: verifier.lines(report, language) };
  },
  canonical({ raw }) {
    return verifier.encode(verifier.decode(bytes(raw)));
  },
  note({ text }) {
    const note = verifier.parseNote(text);
    return note && { text: note.text, lines: note.lines.map(({ name, id, blob }) => [name, id, hex(blob)]) };
  },
  async ed25519({ key, message, signature, plain }) {
    const parts = [key, message, signature].map(bytes);
    return plain ? verifier.plainEd25519(...parts) : verifier.verifyEd25519(...parts);
  },
  regrow({ size, shown, marks, hashes }) {
    const leaves = new Map(shown.map(([index, leaf]) => [index, bytes(leaf)]));
    const roots = verifier.regrow(size, leaves, marks, hashes.map(bytes));
    return roots && Object.fromEntries(roots);
  },
  sha256({ raw }) {
    return hex(verifier.sha256(bytes(raw)));
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { ask, ...question } = JSON.parse(line);
  let told;
  try {
    told = { answer: await QUESTIONS[ask](question) };
  } catch (error) {
    if (!(error instanceof verifier.Malformed)) throw error;
    told = { malformed: error.message };
  }
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
