// The wall keeps itself alive: clocks run, the picture renews itself, a restarted post and a new release are caught up with.
"use strict";

(() => {
  const RENEW_MS = 30_000; // Ages and forecasts grow old though nothing happens.
  const LOOK_MS = 15_000;
  const SHIFT_MS = 120_000; // A picture that stands for months on the same dots burns in.
  const wall = () => document.getElementById("wall");
  let ahead = Number(wall().dataset.now) - Date.now();

  const clocks = () => {
    for (const time of document.querySelectorAll("#wall time[data-zone]")) {
      const format = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: time.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
      time.textContent = format.format(Date.now() + ahead);
    }
  };
  setInterval(clocks, 1_000);

  document.addEventListener("htmx:beforeSwap", (event) => {
    const version = /data-version="([0-9a-f]+)"/.exec(event.detail.serverResponse || "");
    if (version && version[1] !== wall().dataset.version) location.reload();
  });
  document.addEventListener("htmx:afterSettle", () => {
    ahead = Number(wall().dataset.now) - Date.now();
    clocks();
  });
  setInterval(() => htmx.trigger(wall(), "changed"), RENEW_MS);

  // While no word comes the post may be down: as soon as it answers again the page begins anew.
  const look = async () => {
    if (document.getElementById("stale").hidden) return;
    try {
      const answer = await fetch("/centre/wall");
      if (new URL(answer.url).pathname === "/login") document.getElementById("session-over").hidden = false;
      else if (answer.ok) location.reload();
    } catch {
      // Still down; the next look comes.
    }
  };
  setInterval(look, LOOK_MS);

  const awake = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => {});
  document.addEventListener("visibilitychange", awake);
  awake();

  let shift = 0;
  setInterval(() => {
    shift = (shift + 1) % 4;
    document.getElementById("main").style.transform = `translate(${shift % 2}px, ${shift >> 1}px)`;
  }, SHIFT_MS);
})();
