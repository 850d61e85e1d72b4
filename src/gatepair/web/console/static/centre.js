// The command centre in the browser: marks glide from where a vehicle was to where it is.
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

  document.addEventListener("htmx:beforeSwap", () => {
    before = places();
    scrolled = document.getElementById("drawing")?.scrollLeft ?? 0;
  });
  document.addEventListener("htmx:afterSettle", () => {
    const drawing = document.getElementById("drawing");
    if (drawing) drawing.scrollLeft = scrolled;
    glide();
  });
})();
