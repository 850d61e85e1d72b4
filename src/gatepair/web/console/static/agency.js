// Keys and the instant filter of the agencies' desks; without script the same is done by links and by the form.
"use strict";

(() => {
  const filter = document.querySelector("[data-filter]");

  const sift = () => {
    if (!filter) return;
    const wanted = filter.value.trim().toUpperCase();
    let shown = 0;
    for (const row of document.querySelectorAll("[data-rows] tbody tr")) {
      row.hidden = !row.dataset.plate.toUpperCase().includes(wanted);
      if (!row.hidden) shown += 1;
    }
    const none = document.querySelector("[data-none]");
    if (none) none.hidden = shown > 0;
  };
  if (filter) {
    filter.addEventListener("input", sift);
    document.body.addEventListener("htmx:afterSwap", sift);
  }

  const follow = (selector) => {
    const link = document.querySelector(selector);
    if (link) link.click();
    return Boolean(link);
  };
  const help = () => {
    const keys = document.getElementById("keys");
    if (!keys) return false;
    keys.open = !keys.open;
    if (keys.open) keys.querySelector("summary").focus();
    return true;
  };
  const toAsked = () => {
    const first = document.querySelector(
      ".acts [data-first] :is(input:not([type=hidden]), select, textarea, button), .acts .group summary",
    );
    if (first) first.focus();
    return Boolean(first);
  };
  const toFilter = () => {
    if (filter) filter.focus();
    return Boolean(filter);
  };
  const KEYS = {
    n: () => follow("a[rel=next]"),
    b: () => follow("a[data-back]"),
    d: toAsked,
    "/": toFilter,
    "?": help,
  };
  document.addEventListener("keydown", (event) => {
    const at = document.activeElement;
    const typing = /^(SELECT|TEXTAREA)$/.test(at.tagName) || (at.tagName === "INPUT" && !/^(radio|checkbox)$/.test(at.type));
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = KEYS[event.key];
    if (act && act()) event.preventDefault();
  });
})();
