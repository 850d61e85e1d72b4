// The form of a declaration: a code that is chosen goes into its field at once, without sending the form.
"use strict";

(() => {
  const hitsOf = (input) => document.getElementById(`${input.id}-hits`);
  const shut = (input) => hitsOf(input).replaceChildren();

  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-pick]");
    if (!chosen) return;
    event.preventDefault();
    const input = document.getElementById(chosen.dataset.pick);
    input.value = chosen.dataset.code;
    input.removeAttribute("aria-invalid");
    document.getElementById(`${input.id}-told`)?.remove();
    input.closest(".field").classList.remove("wrong");
    const named = document.getElementById(`${input.id}-named`) ?? document.createElement("p");
    named.id = `${input.id}-named`;
    named.className = "named";
    named.textContent = chosen.textContent.trim().replace(/\s+/g, " ");
    hitsOf(input).before(named);
    const group = document.getElementById(input.id.replace(/\.hs$/, ".commodity"));
    if (group && group !== input && chosen.dataset.group) group.value = chosen.dataset.group;
    shut(input);
    input.focus();
  });

  document.addEventListener("input", (event) => {
    // What stood there was named; what is being typed is not yet.
    if (event.target.matches("[data-lookup]")) document.getElementById(`${event.target.id}-named`)?.remove();
  });

  document.addEventListener("keydown", (event) => {
    const input = event.target.closest("[data-lookup]");
    const button = event.target.closest("[data-pick]");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && (input || button)) {
      const field = input ?? document.getElementById(button.dataset.pick);
      shut(field);
      field.focus();
    } else if (step && (input || button)) {
      const field = input ?? document.getElementById(button.dataset.pick);
      const all = [field, ...hitsOf(field).querySelectorAll("button")];
      const next = all[all.indexOf(event.target) + step];
      if (next && all.length > 1) {
        next.focus();
        event.preventDefault();
      }
    } else if (event.key === "Enter" && input) {
      const first = hitsOf(input).querySelector("button");
      if (first && !/^[0-9.]{4,13}$|^[A-Za-z]{2}$/.test(input.value.trim())) {
        first.focus(); // Words are no code: Enter leads into the list instead of sending the form.
        event.preventDefault();
      }
    }
  });
})();
