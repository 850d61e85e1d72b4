// The command centre in the browser: marks glide from where a vehicle was to where it is; a lost session is said.
"use strict";

(() => {
  const GLIDE_MS = 900;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let before = new Map();
  let scrolled = 0;

  // Where each vehicle is drawn, in the units of the drawing.
  const places = () => {
    const found = new Map();
    for (const one of document.querySelectorAll(".schematic [data-crossing]")) {
      const [x, y] = one.getAttribute("transform").match(/-?\d+/g).map(Number);
      found.set(one.dataset.crossing, [x, y]);
    }
    return found;
  };

  const glide = () => {
    if (calm.matches) return;
    for (const one of document.querySelectorAll(".schematic [data-crossing]")) {
      const glyph = one.querySelector(".glyph");
      const was = before.get(one.dataset.crossing);
      const [x, y] = one.getAttribute("transform").match(/-?\d+/g).map(Number);
      if (was && (was[0] !== x || was[1] !== y)) {
        const from = `translate(${was[0] - x}px, ${was[1] - y}px)`;
        glyph.animate([{ transform: from }, { transform: "translate(0, 0)" }], { duration: GLIDE_MS, easing: "ease-in-out" });
      } else if (!was && before.size) {
        glyph.animate([{ opacity: 0 }, { opacity: 1 }], { duration: GLIDE_MS });
      }
    }
  };

  const over = () => {
    document.getElementById("session-over").hidden = false;
  };

  document.addEventListener("htmx:responseError", (event) => {
    if ([401, 403].includes(event.detail.xhr.status)) over();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    // A renewal that was led to the log-in must not wipe the page: it says so and stays.
    if (new URL(event.detail.xhr.responseURL || location.href).pathname === "/login") {
      event.detail.shouldSwap = false;
      over();
      return;
    }
    before = places();
    scrolled = document.getElementById("drawing")?.scrollLeft ?? 0;
  });
  document.addEventListener("htmx:afterSettle", () => {
    const drawing = document.getElementById("drawing");
    if (drawing) drawing.scrollLeft = scrolled;
    glide();
  });
})();
