// A trader's crossing: clocks that count down, and the SHA-256 of a file before it is sent. Without script all is still right.
"use strict";

(() => {
  const loadedAt = performance.now();
  const text = (seconds) => `${Math.floor(seconds / 3600)}:${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")}`;
  const tick = () =>
    document.querySelectorAll("[data-left-s]").forEach((one) => {
      // A part that was renewed counts from when it came.
      one.sinceMs ??= one.dataset.first === "no" ? performance.now() : loadedAt;
      const left = Number(one.dataset.leftS) - Math.floor((performance.now() - one.sinceMs) / 1000);
      const words = left >= 0 ? one.dataset.wordLeft : one.dataset.wordOver;
      const shown = words.replace("{time}", text(Math.abs(left)));
      if (one.textContent !== shown) one.textContent = shown;
    });
  document.body.addEventListener("htmx:afterSwap", () => {
    document.querySelectorAll("[data-left-s]").forEach((one) => {
      if (one.sinceMs === undefined) one.dataset.first = "no";
    });
    tick();
  });
  tick();
  setInterval(tick, 1_000);

  // A link to a panel opens it.
  const open = () => {
    const panel = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (panel instanceof HTMLDetailsElement) panel.open = true;
  };
  addEventListener("hashchange", open);
  open();

  const form = document.querySelector("[data-upload]");
  if (!form) return;
  const said = form.querySelector("[data-file]");
  const input = form.querySelector("input[type=file]");
  input.addEventListener("change", async () => {
    const file = input.files[0];
    said.hidden = !file;
    input.setCustomValidity("");
    if (!file) return;
    const limit = Number(form.dataset.bytesMax);
    if (file.size > limit) {
      said.textContent = said.dataset.wordLarge.replace("{limit}", limit.toLocaleString(document.documentElement.lang));
      input.setCustomValidity(said.textContent);
      return;
    }
    said.textContent = said.dataset.wordSize.replace("{size}", file.size.toLocaleString(document.documentElement.lang));
    if (!window.crypto?.subtle) return; // Only where the page came over TLS or from this machine.
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    if (input.files[0] !== file) return;
    said.textContent += " " + [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  });
})();
