// Groups and points as real buttons over the canvas: they can be read, tabbed to and pressed, and the
// browser draws their numbers and icons without any font of the map's own.
import { latitude, longitude } from "./feed.js";

const svg = "http://www.w3.org/2000/svg";
const number = new Intl.NumberFormat("fr-FR");

function icon(sprite, name) {
  const element = document.createElementNS(svg, "svg");
  element.setAttribute("class", "icon");
  element.setAttribute("viewBox", "0 0 24 24");
  element.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(svg, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  element.append(use);
  return element;
}

export class Markers {
  constructor(map, layer, { sprite, legend, onOpen, onLight }) {
    Object.assign(this, { map, layer, sprite, legend, onOpen, onLight, shown: [], names: [] });
    layer.addEventListener("click", (event) => this.#press(event));
    layer.addEventListener("keydown", (event) => this.#walk(event));
    for (const kind of ["pointerover", "focusin"]) layer.addEventListener(kind, (e) => this.#tell(e, true));
    for (const kind of ["pointerout", "focusout"]) layer.addEventListener(kind, (e) => this.#tell(e, false));
  }

  draw(groups, points) {
    this.points = points;
    const kept = this.layer.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.shown = groups.map((group) => ({ ...group, element: this.#element(group, points), at: [longitude(group.x), latitude(group.y)] }));
    this.layer.replaceChildren(...this.names.map((one) => one.element), ...this.shown.map((one) => one.element));
    this.place();
    this.#settleNames();
    const first = this.shown.find((one) => one.element.dataset.key === kept) ?? this.shown[0];
    if (first) first.element.tabIndex = 0;
    if (kept && first) first.element.focus({ preventScroll: true });
  }

  /** Names of places under the points, for a map that has no basemap. */
  name(places) {
    this.names = places.map(({ name, at }) => {
      const element = document.createElement("span");
      element.className = "map-name";
      element.setAttribute("aria-hidden", "true");
      element.textContent = name;
      return { element, at, name };
    });
    for (const old of this.layer.querySelectorAll(".map-name")) old.remove();
    this.layer.prepend(...this.names.map((one) => one.element));
    this.place();
    this.#settleNames();
  }

  place() {
    for (const one of [...this.shown, ...this.names]) {
      const { x, y } = this.map.project(one.at);
      one.px = x; one.py = y;
      one.element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -50%)`;
    }
  }

  // A name slides up or down to the first free spot, and gives way when there is none.
  #settleNames() {
    for (const one of this.names) {
      const half = one.name.length * 3.6 + 18;
      const free = [0, -24, 24].find((shift) => !this.shown.some((other) =>
        Math.abs(other.px - one.px) < half && Math.abs(other.py - one.py - shift) < 24));
      one.element.hidden = free === undefined;
      one.element.style.marginTop = `${free ?? 0}px`;
    }
  }

  light(id, lit) {
    for (const one of this.shown) {
      if (one.rows.some((row) => this.points.id[row] === id)) one.element.classList.toggle("is-lit", lit);
    }
  }

  #element(group, points) {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1;
    button.dataset.key = `${group.rows[0]}-${group.n}`;
    if (group.n > 1) {
      button.className = `map-point map-cluster${group.n >= 1000 ? " is-huge" : group.n >= 100 ? " is-large" : ""}`;
      button.textContent = number.format(group.n);
      button.setAttribute("aria-label", `${number.format(group.n)} structures, agrandir`);
      button.style.setProperty("--mix", this.#mix(group.rows, points));
      return button;
    }
    const row = group.rows[0];
    const entry = this.legend[points.sectors[points.sector[row]]] ?? { hue: "other", icon: "dots", label: "Structure" };
    button.className = `map-point hue-${entry.hue}${points.approximate[row] ? " is-approximate" : ""}${points.old[row] ? " is-old" : ""}`;
    button.setAttribute("aria-label", `${points.names?.[row] ?? entry.label}${points.approximate[row] ? ", position approximative" : ""}${points.old[row] ? ", fiche ancienne" : ""}`);
    button.append(icon(this.sprite, entry.icon));
    return button;
  }

  // Shares of each hue, as stops of a conic gradient.
  #mix(rows, points) {
    const shares = new Map();
    let total = 0;
    for (const row of rows) {
      const hue = this.legend[points.sectors[points.sector[row]]]?.hue ?? "other";
      const n = points.n?.[row] ?? 1;
      total += n;
      shares.set(hue, (shares.get(hue) ?? 0) + n);
    }
    let at = 0;
    return [...shares].sort((a, b) => b[1] - a[1]).map(([hue, n]) => {
      const from = at;
      at += (100 * n) / total;
      return `var(--sector-${hue}) ${from.toFixed(1)}% ${at.toFixed(1)}%`;
    }).join(", ");
  }

  #find(event) {
    const element = event.target.closest("button");
    return this.shown.find((one) => one.element === element);
  }

  #press(event) {
    const one = this.#find(event);
    if (one) this.onOpen(one);
  }

  #tell(event, lit) {
    const one = this.#find(event);
    if (one?.n === 1) this.onLight(this.points.id[one.rows[0]], lit);
  }

  // Arrows go to the nearest point that way; Tab leaves the map's points.
  #walk(event) {
    const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    const from = way && this.#find(event);
    if (!from) return;
    event.preventDefault();
    event.stopPropagation();
    let best = null;
    let least = Infinity;
    for (const one of this.shown) {
      const dx = one.px - from.px;
      const dy = one.py - from.py;
      const ahead = dx * way[0] + dy * way[1];
      if (ahead <= 1) continue;
      const cost = ahead + 2.5 * Math.abs(dx * way[1] + dy * way[0]);
      if (cost < least) { least = cost; best = one; }
    }
    if (!best) return;
    from.element.tabIndex = -1;
    best.element.tabIndex = 0;
    best.element.focus({ preventScroll: true });
  }
}
