// What the console does in the browser beside htmx: news from the post, a stale page or a lost session said, keys of a list.
"use strict";

(() => {
  const SILENCE_MS = 40_000; // The post speaks at least every 15 s; twice and a half of that is a broken line.
  const RETRY_MS = 15_000;
  const stale = document.getElementById("stale");
  let heardAt = Date.now();

  const heard = () => {
    heardAt = Date.now();
    if (stale) stale.hidden = true;
  };
  const silent = () => {
    if (!stale || !stale.hidden) return;
    const time = stale.querySelector("time");
    time.dateTime = new Date(heardAt).toISOString();
    time.textContent = new Date(heardAt).toLocaleTimeString(document.documentElement.lang);
    stale.hidden = false;
  };
  const over = (is) => {
    const note = document.getElementById("session-over");
    if (note) note.hidden = !is;
  };
  document.addEventListener("htmx:responseError", (event) => {
    if ([401, 403].includes(event.detail.xhr.status)) over(true);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    // A renewal that was led to the log-in must not wipe the page: it says so and stays.
    const led = new URL(event.detail.xhr.responseURL || location.href).pathname === "/login";
    if (led) event.detail.shouldSwap = false;
    over(led);
  });

  // A form that somebody fills in is never taken from under the hands: only facts renew themselves.
  const PRESS_MS = 1_000; // Who presses longer, or lets go outside the window, holds nothing up.
  let pressed = 0;
  let missed = false;
  const renew = () => {
    const parts = [...document.querySelectorAll("[hx-trigger=changed]")];
    // htmx forgets what comes to a part while its answer is under way or just came in: it is asked for afterwards.
    missed = Boolean(pressed) || parts.some((one) => one.matches(".htmx-request, .htmx-settling"));
    if (!missed) parts.forEach((one) => htmx.trigger(one, "changed"));
  };
  const catchUp = () => missed && renew();
  document.addEventListener("htmx:afterSettle", catchUp);
  document.addEventListener("htmx:afterRequest", catchUp);

  // A button that is exchanged between press and release is never clicked: the picture stays until then.
  const release = () => {
    clearTimeout(pressed);
    pressed = 0;
    setTimeout(catchUp); // After the click.
  };
  const press = () => {
    clearTimeout(pressed);
    pressed = setTimeout(release, PRESS_MS);
  };
  addEventListener("pointerdown", press, true);
  addEventListener("pointerup", release, true);
  addEventListener("pointercancel", release, true);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!pressed || !event.target.matches("[hx-trigger=changed], [hx-trigger^=every]")) return;
    event.detail.shouldSwap = false;
    missed = true;
  });

  const live = document.querySelector("[data-live]");
  if (live) {
    let source = null;
    let broken = false;
    // A browser gives up for good on a stream that was refused: by a proxy whose post starts anew, or at the limit.
    const isLedToLogIn = async () => {
      const stop = new AbortController();
      const answer = await fetch(live.dataset.live, { redirect: "manual", signal: stop.signal }).catch(() => null);
      stop.abort();
      return answer?.type === "opaqueredirect";
    };
    const follow = async () => {
      if (source && source.readyState !== EventSource.CLOSED) return;
      const ended = Boolean(source) && (await isLedToLogIn());
      if (ended) return over(true);
      source = new EventSource(live.dataset.live);
      source.addEventListener("here", heard);
      source.addEventListener("changed", () => {
        heard();
        renew();
      });
      source.addEventListener("open", () => {
        heard();
        over(false);
        if (broken) renew(); // What happened while the line was down was told to nobody.
        broken = false;
      });
      source.addEventListener("error", () => {
        broken = true;
        silent();
      });
      return undefined;
    };
    follow();
    setInterval(follow, RETRY_MS);
    setInterval(() => Date.now() - heardAt > SILENCE_MS && silent(), 5_000);
  }

  document.addEventListener("keydown", (event) => {
    const rows = [...document.querySelectorAll("[data-rows] tbody tr:not([hidden])")];
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (!rows.length || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key !== "j" && event.key !== "k") return;
    const links = rows.map((row) => row.querySelector("a"));
    const at = links.indexOf(document.activeElement);
    const next = event.key === "j" ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0);
    links[next].focus();
    event.preventDefault();
  });
})();
