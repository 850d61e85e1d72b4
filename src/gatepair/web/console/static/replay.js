// Plays a past hour: the server gives the first scene and the moves, the drawing is the one that it drew.
"use strict";

(() => {
  const player = document.querySelector(".player");
  const drawing = document.querySelector(".schematic");
  const SVG = "http://www.w3.org/2000/svg";
  const [PITCH_X, PITCH_Y, HALF] = [22, 19, 9];
  const URGENT = ["held", "red"];
  const DRAW_MS = 100; // Ten pictures a second: marks glide between them.
  const from = Number(player.dataset.from);
  const zones = player.dataset.zones.split(" ");
  const spoken = zones.map((zone) => new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "shortOffset" }));
  const [play, back, forward, scrubber, speed, clock] = ["play", "back", "forward", "scrubber", "speed", "clock"].map((id) => document.getElementById(id));

  let film, end, next = 0, at = Number(player.dataset.at) - from, playing = false, drawnAt = 0, last = 0;
  let state = new Map(); // Vehicle number to [spot, direction, lane, kind], in the order in which they came there.
  const marks = new Map();
  const kinds = new Map([...drawing.querySelectorAll(".legend [data-kind]")].map((one) => [one.dataset.kind, one]));
  const layer = document.createElementNS(SVG, "g");
  layer.setAttribute("class", "moving");

  const places = new Map();
  for (const group of drawing.querySelectorAll("[data-place]")) {
    const slots = group.querySelector(".standing");
    const { x, y, columns, rows } = slots.dataset;
    slots.querySelectorAll(".vehicle").forEach((one) => one.remove());
    const place = { group, x: Number(x), y: Number(y), columns: Number(columns), size: columns * rows, lane: group.dataset.lane, way: group.dataset.way, more: slots.querySelector(".more") };
    places.set(group.dataset.lane ? `lane:${group.dataset.lane}` : group.dataset.place, place);
  }
  drawing.append(layer);

  const placeOf = ([spot, way, lane]) => {
    if (spot === "inside") return places.get(`inside:${way}`);
    if (!spot.startsWith("line:")) return places.get(spot);
    if (places.has(`lane:${lane}`)) return places.get(`lane:${lane}`);
    const road = [...places.values()].filter((one) => one.lane && one.group.dataset.place === spot);
    return road.find((one) => one.way === way) || road[0];
  };

  const take = ([, vehicle, spot, way, lane, kind]) => {
    const was = state.get(vehicle);
    const at = film.spots[spot];
    if (!was || was[0] !== at || was[2] !== lane) state.delete(vehicle); // It stands last where it has just come.
    if (at) state.set(vehicle, [at, way, lane, kind]);
  };

  const begin = () => {
    state = new Map();
    film.first.forEach(take);
    next = 0;
  };

  const markOf = (vehicle, kind) => {
    let mark = marks.get(vehicle);
    if (!mark) {
      const link = document.createElementNS(SVG, "a");
      link.setAttribute("href", `/desk/crossings/${film.crossings[vehicle]}`);
      link.dataset.crossing = film.crossings[vehicle];
      link.setAttribute("class", "vehicle");
      mark = { link, kind: "" };
      marks.set(vehicle, mark);
      layer.append(link);
    }
    if (mark.kind !== kind) {
      const what = `${film.tractors[vehicle]}: ${kinds.get(kind).dataset.means}`;
      const title = document.createElementNS(SVG, "title");
      title.textContent = what;
      mark.link.replaceChildren(kinds.get(kind).querySelector(".glyph").cloneNode(true), title);
      mark.link.setAttribute("aria-label", what);
      mark.kind = kind;
    }
    return mark.link;
  };

  const drawPlace = (place, here, used) => {
    const crowd = here.length > place.size;
    const room = crowd ? Math.max(place.size - (here.length < 100 ? 2 : 3), 0) : place.size;
    if (crowd) here.sort((one, other) => !URGENT.includes(one[1]) - !URGENT.includes(other[1]));
    here.slice(0, room).forEach(([vehicle, kind], number) => {
      const x = place.x + (number % place.columns) * PITCH_X;
      const y = place.y + Math.floor(number / place.columns) * PITCH_Y;
      markOf(vehicle, kind).style.transform = `translate(${x}px, ${y}px)`;
      used.add(vehicle);
    });
    place.more.textContent = crowd ? `+${here.length - room}` : "";
    const count = place.group.querySelector(".count");
    if (!count) return;
    count.textContent = here.length;
    const most = Number(place.group.dataset.room);
    const fill = place.group.querySelector(".fill");
    if (fill) fill.setAttribute("width", Math.floor((Math.min(here.length, most) * place.group.dataset.width) / most));
    place.group.classList.toggle("over", most > 0 && here.length > most);
    place.group.querySelector(".warning").textContent = most && here.length > most ? "▲" : "";
  };

  const drawLanes = (here) => {
    const said = film.lanes.filter(([after]) => after <= at).pop();
    if (!said) return;
    for (const [key, [stands, arrow, word, note]] of Object.entries(said[1])) {
      const place = places.get(`lane:${key}`);
      const base = [...place.group.classList].slice(0, 2);
      place.group.setAttribute("class", [...base, stands].join(" "));
      place.group.querySelector(".arrow").textContent = arrow;
      place.group.querySelector(".word").textContent = word;
      place.group.querySelector(".note").textContent = note.replace("{n}", (here.get(place) || []).length);
    }
  };

  const draw = () => {
    const here = new Map();
    for (const [vehicle, one] of state) {
      const place = placeOf(one);
      if (!place) continue;
      if (!here.has(place)) here.set(place, []);
      here.get(place).push([vehicle, one[3]]);
    }
    const used = new Set();
    for (const place of places.values()) drawPlace(place, here.get(place) || [], used);
    for (const [vehicle, mark] of marks) {
      if (used.has(vehicle)) continue;
      mark.link.remove();
      marks.delete(vehicle);
    }
    drawLanes(here);
    scrubber.value = Math.floor(at / 1000);
    clock.textContent = [...new Set(spoken.map((one) => one.format(from + at).replace("GMT", "UTC")))].join(" · ");
    scrubber.setAttribute("aria-valuetext", clock.textContent);
  };

  const go = (to) => {
    const target = Math.max(0, Math.min(to, end));
    if (target < at) begin();
    at = target;
    while (next < film.moves.length && film.moves[next][0] <= at) take(film.moves[next++]);
    draw();
  };

  const pause = () => {
    playing = false;
    play.textContent = player.dataset.more;
  };

  const tick = (now) => {
    if (!playing) return;
    const passed = (now - last) * Number(speed.value);
    if (now - last >= DRAW_MS) {
      last = now;
      go(at + passed);
      if (at >= end) {
        pause();
        // On into the next hour, as long as there is one.
        if (end >= 3_600_000 - 1) location.assign(`${document.getElementById("hour-after").href}#play`);
      }
    }
    requestAnimationFrame(tick);
  };

  const start = () => {
    if (at >= end) go(0);
    playing = true;
    play.textContent = player.dataset.stop;
    last = performance.now();
    requestAnimationFrame(tick);
  };

  const step = (ways) => {
    pause();
    const times = film.moves.map((one) => one[0]);
    const to = ways > 0 ? times.find((one) => one > at) : times.filter((one) => one < at).pop();
    go(to === undefined ? (ways > 0 ? end : 0) : to);
  };

  fetch(player.dataset.moves, { headers: { Accept: "application/json" } })
    .then((answer) => {
      if (!answer.ok || answer.redirected) throw new Error("no moves");
      return answer.json();
    })
    .then((found) => {
      film = found;
      end = found.until_ms - found.from_ms;
      begin();
      go(at);
      player.querySelector(".controls").hidden = false;
      player.dataset.ready = "true";
      document.getElementById("stops").hidden = true; // The lanes say what is stopped at each instant.
      play.addEventListener("click", () => (playing ? pause() : start()));
      back.addEventListener("click", () => step(-1));
      forward.addEventListener("click", () => step(1));
      scrubber.addEventListener("input", () => go(Number(scrubber.value) * 1000));
      for (const link of player.querySelectorAll("[data-step]")) {
        link.addEventListener("click", (event) => {
          event.preventDefault();
          go(at + Number(link.dataset.step) * 60_000);
        });
      }
      if (location.hash === "#play") start();
    })
    .catch(() => {
      document.getElementById("trouble").hidden = false;
    });
})();
