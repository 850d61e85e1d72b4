// Renews the public board in place; without script the page asks for itself anew.
"use strict";

(() => {
  const every = Number(document.currentScript.dataset.refreshS) * 1000;
  const renew = async () => {
    const typing = document.activeElement instanceof HTMLInputElement;
    if (document.hidden || typing) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    // The time on the page says how old it is, so a line that is down needs no word of ours.
    if (!answer || !answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of ["header", "main"]) document.querySelector(part).replaceWith(page.querySelector(part));
  };
  setInterval(renew, every);
})();
