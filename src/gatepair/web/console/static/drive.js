// The driver's page in the browser: renews the order, keeps what he acknowledged until there is signal, rings if he wants.
"use strict";

(() => {
  const QUEUE = "gatepair.drive.queue";
  const ALERTS = "gatepair.drive.alerts";
  const CACHES = "gatepair-drive-";
  const RETRY_MS = 15_000;
  const PRESS_MS = 1_000; // Who presses longer, or lets go outside the window, holds nothing up.
  const SILENCE_MS = 40_000; // The post speaks at least every 15 s; twice and a half of that is no signal.
  const { login } = document.body.dataset;
  const byId = (id) => document.getElementById(id);
  const orders = () => byId("orders");

  // --- what the phone keeps --------------------------------------------------------------
  const stored = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null; // A browser that keeps nothing sends at once or not at all; the page says which.
    }
  };
  const store = (name, value) => {
    try {
      if (value) localStorage.setItem(name, value);
      else localStorage.removeItem(name);
    } catch {
      // As above.
    }
  };
  const kept = () => {
    try {
      const found = JSON.parse(stored(QUEUE) || "[]");
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  };
  const keep = (queue) => store(QUEUE, queue.length ? JSON.stringify(queue) : "");
  const wipe = async () => {
    keep([]);
    if (!("caches" in window)) return;
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith(CACHES + "told")).map((name) => caches.delete(name)));
  };
  // One tab sends at a time; the command id makes it one act even where a browser has no locks.
  const alone = (work) => (navigator.locks ? navigator.locks.request("gatepair-drive-send", work) : work());

  // --- what the page says ----------------------------------------------------------------
  let heardAt = Date.now();
  const offline = (is) => {
    byId("offline").hidden = !is;
    byId("offline").querySelector("b").textContent = orders().dataset.asOf;
  };
  const heard = () => {
    heardAt = Date.now();
    offline(false);
  };
  const ended = () => {
    byId("ended").hidden = false;
  };
  const say = (text) => {
    byId("news").textContent = text;
    byId("news").hidden = !text;
  };
  const clock = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  const same = (entry, form) =>
    entry.login === login && entry.fields.command_id === form.elements.command_id.value;

  // Every order that was acknowledged and not sent yet says so in place of its button.
  const show = () => {
    const queue = kept();
    document.querySelectorAll("form[data-acknowledge]").forEach((form) => {
      const entry = queue.find((one) => same(one, form));
      const note = form.parentElement.querySelector("[data-kept]");
      form.hidden = Boolean(entry);
      note.hidden = !entry;
      if (entry) note.querySelector("b").textContent = clock(entry.at);
    });
  };

  // --- renewing --------------------------------------------------------------------------
  const told = () => [...document.querySelectorAll("[data-order]")].map((one) => `${one.dataset.crossing} ${one.dataset.order}`);
  // What a finger opened stays open, and whoever walks by keyboard stays where he stood.
  const place = (one) => `${one.closest("form")?.getAttribute("action")} ${one.name} ${one.value} ${one.textContent}`;
  const swap = (fresh) => {
    const open = [...orders().querySelectorAll("details")].map((one) => one.open);
    const focused = orders().contains(document.activeElement) ? place(document.activeElement) : "";
    orders().replaceWith(document.adoptNode(fresh));
    orders().querySelectorAll("details").forEach((one, index) => { one.open = Boolean(open[index]); });
    if (focused) [...orders().querySelectorAll("button, summary")].find((one) => place(one) === focused)?.focus();
  };
  // An order that is exchanged between press and release is never tapped: it waits for the finger, a second at most.
  let lifted = Promise.resolve();
  const press = () => {
    lifted = new Promise((done) => {
      setTimeout(done, PRESS_MS);
      for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(done), { once: true, capture: true });
    });
  };
  addEventListener("pointerdown", press, true);
  // One renewal at a time, or an older answer could come in behind a newer one.
  let renewing = null;
  let again = false;
  const renew = () => {
    again = Boolean(renewing);
    renewing ??= once().finally(() => {
      renewing = null;
      if (again) renew();
    });
    return renewing;
  };
  const once = async () => {
    const answer = await fetch("/drive/orders", { redirect: "manual" }).catch(() => null);
    if (!answer) return offline(true);
    if (answer.type === "opaqueredirect" || answer.status === 401) return ended();
    if (!answer.ok) return undefined;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("orders");
    await lifted;
    if (fresh && Number(fresh.dataset.at) >= Number(orders().dataset.at)) {
      const before = told();
      swap(fresh);
      show();
      if (told().some((one) => !before.includes(one))) alarm();
    }
    if (answer.headers.get("X-Gatepair-Kept")) offline(true);
    else heard();
    return undefined;
  };

  // --- acknowledging ---------------------------------------------------------------------
  // Sends what is kept, oldest first. What the gate refuses is told and dropped; what does not reach it stays.
  const flush = () =>
    alone(async () => {
      let sent = false;
      for (const entry of kept().filter((one) => one.login === login)) {
        const outcome = await send(entry);
        if (outcome === "stays") break;
        keep(kept().filter((one) => one.fields.command_id !== entry.fields.command_id));
        sent = true;
      }
      show();
      if (sent) await renew();
    });

  const send = async (entry) => {
    const body = new URLSearchParams({ ...entry.fields, proof: document.body.dataset.proof });
    const headers = { Accept: "application/json" };
    const answer = await fetch(entry.action, { method: "POST", body, headers, redirect: "manual" }).catch(() => null);
    if (!answer) {
      offline(true);
      return "stays";
    }
    // Without a good session nothing is lost: it goes out after the next log-in of the same driver.
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      ended();
      return "stays";
    }
    if (answer.status === 429 || answer.status >= 500) return "stays";
    const said = await answer.json().catch(() => ({ status: "refused", why: [document.body.dataset.notNow] }));
    say(said.status === "done" ? "" : said.why.join(" "));
    return "sent";
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.id === "leave") {
      event.preventDefault();
      wipe().finally(() => form.submit());
      return;
    }
    if (!form.matches("[data-acknowledge]")) return;
    event.preventDefault();
    const { proof, ...fields } = Object.fromEntries(new FormData(form));
    const queue = kept();
    if (!queue.some((one) => same(one, form))) {
      keep([...queue, { login, action: new URL(form.action).pathname, fields, at: Date.now() }]);
    }
    // A browser that could not keep it sends the form as it is.
    if (!kept().some((one) => same(one, form))) {
      form.submit();
      return;
    }
    show();
    flush();
  });

  // --- ringing ---------------------------------------------------------------------------
  const wanted = () => stored(ALERTS) === "1";
  const alarm = async () => {
    const title = document.querySelector(".order h2")?.textContent || document.title;
    byId("spoken").textContent = title;
    if (!wanted()) return;
    if (navigator.vibrate) navigator.vibrate([400, 200, 400]);
    if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
    const registration = await navigator.serviceWorker?.getRegistration("/drive");
    registration?.showNotification(title, { tag: "gatepair-drive", renotify: true });
  };
  const switchAlerts = byId("alerts");
  if (navigator.vibrate || "Notification" in window) {
    const button = switchAlerts.querySelector("button");
    const mark = () => button.setAttribute("aria-pressed", String(wanted()));
    switchAlerts.hidden = false;
    mark();
    button.addEventListener("click", async () => {
      store(ALERTS, wanted() ? "" : "1");
      mark();
      if (wanted() && "Notification" in window && Notification.permission === "default") {
        await Notification.requestPermission();
      }
    });
  }

  // --- the line --------------------------------------------------------------------------
  if (navigator.serviceWorker) {
    navigator.serviceWorker.register("/drive/worker.js", { scope: "/drive" }).catch(() => null);
  }
  // What another driver left on this phone is not sent in his name, and not kept.
  keep(kept().filter((one) => one.login === login));
  show();

  let source = null;
  const follow = () => {
    if (source && source.readyState !== EventSource.CLOSED) return;
    source = new EventSource("/drive/changes");
    source.addEventListener("open", () => {
      heard();
      flush();
      renew();
    });
    source.addEventListener("here", heard);
    source.addEventListener("changed", () => {
      heard();
      renew();
    });
    source.addEventListener("error", () => {
      offline(true);
      renew(); // Tells no signal from an ended session.
    });
  };
  follow();
  setInterval(() => {
    if (Date.now() - heardAt > SILENCE_MS) offline(true);
    if (kept().length) flush();
    if (byId("ended").hidden) follow();
  }, RETRY_MS);
  window.addEventListener("online", () => {
    follow();
    flush();
  });
  window.addEventListener("offline", () => offline(true));
  window.addEventListener("storage", show);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) flush();
  });
})();
