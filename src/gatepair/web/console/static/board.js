// Renews the public board in place; without script the page asks for itself anew.
"use strict";

(() => {
  const every = Number(document.currentScript.dataset.refreshS) * 1000;
  const isLetBe = () => document.hidden || document.activeElement instanceof HTMLInputElement;
  const renew = async () => {
    if (isLetBe()) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    // The time on the page says how old it is, so a line that is down needs no word of ours.
    if (!answer || !answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Somebody may have begun to type meanwhile.
    if (isLetBe()) return;
    for (const part of ["header", "main"]) document.querySelector(part).replaceWith(page.querySelector(part));
  };
  setInterval(renew, every);
})();
