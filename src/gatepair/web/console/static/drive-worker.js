// Keeps the driver's page for when there is no signal: its shell, and the last order that the gate told.
"use strict";

const SHELL = "gatepair-drive-shell-{version}";
const TOLD = "gatepair-drive-told";
const FILES = "{shell}".split(" ");
const PATHS = FILES.map((file) => file.split("?")[0]);
const PAGES = ["/drive", "/drive/orders"];
const PATIENCE_MS = 8_000; // With one bar a page takes seconds; who waits longer is shown what the phone kept.

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(SHELL)
      .then((kept) => kept.addAll(FILES.map((file) => new Request(file, { cache: "reload" }))))
      .then(first)
      .then(() => self.skipWaiting()),
  );
});

// The page that brought the worker was loaded before it: without this the phone would keep none until the next visit.
async function first() {
  const said = await fetch("/drive", { redirect: "manual" }).catch(() => null);
  if (said && said.ok) await (await caches.open(TOLD)).put("/drive", said);
}

self.addEventListener("activate", (event) => {
  const stale = (name) => name.startsWith("gatepair-drive-shell-") && name !== SHELL;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(stale).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((open) => {
      const page = open.find((one) => new URL(one.url).pathname === "/drive");
      return page ? page.focus() : self.clients.openWindow("/drive");
    }),
  );
});

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (PATHS.includes(pathname)) event.respondWith(shell(event.request));
  else if (PAGES.includes(pathname)) event.respondWith(told(event, pathname));
});

// The very file that the page names; without signal, for a page older than the shell, the file of that name.
async function shell(request) {
  const kept = await caches.open(SHELL);
  const same = await kept.match(request);
  if (same) return same;
  const like = await kept.match(request, { ignoreSearch: true });
  return fetch(request).catch(() => like || Response.error());
}

// What the gate says now; without signal, what it said last, marked as kept.
async function told(event, pathname) {
  const answer = fetch(event.request).then(async (said) => {
    const kept = await caches.open(TOLD);
    // A page that leads elsewhere is the log-in: what was told to somebody is no longer his to see.
    if (said.type === "opaqueredirect" || said.redirected) await caches.delete(TOLD);
    else if (said.ok) await kept.put(pathname, said.clone());
    return said;
  });
  event.waitUntil(answer.catch(() => null));
  const before = await caches.match(pathname, { cacheName: TOLD });
  if (!before) return answer;
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS));
  const first = await Promise.race([answer.catch(() => null), late]);
  // A proxy before the post that cannot reach it is no better than no signal.
  return first && first.status < 500 ? first : marked(before);
}

async function marked(kept) {
  const headers = new Headers(kept.headers);
  headers.set("X-Gatepair-Kept", "1");
  return new Response(await kept.blob(), { status: kept.status, headers });
}
