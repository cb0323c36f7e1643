// <maillage-map>: the map beside the list. Draws our contours and points; the basemap is a bonus.
import { cluster, decode, extent, isOnePlace, mercatorX, mercatorY } from "./map/feed.js";
import { Markers } from "./map/markers.js";
import { Panel } from "./map/panel.js";
import { addSquares, followPresses, shadePerimeter } from "./map/shades.js";
import { around, covers } from "./map/view.js";
import { addPerimeter, fetchBasemap, namesOf, ownStyle } from "./map/style.js";
import { announce } from "./htmx.js";

const WORDS = {
  "NavigationControl.ZoomIn": "Agrandir", "NavigationControl.ZoomOut": "Réduire",
  "AttributionControl.ToggleAttribution": "Afficher les sources", "Map.Title": "Carte",
  // In a frame, the wheel and one finger keep scrolling the page around it.
  "CooperativeGesturesHandler.WindowsHelpText": "Ctrl et molette pour agrandir la carte",
  "CooperativeGesturesHandler.MacHelpText": "⌘ et molette pour agrandir la carte",
  "CooperativeGesturesHandler.MobileHelpText": "Deux doigts pour déplacer la carte",
};
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

function hasWebGL() {
  try { return Boolean(document.createElement("canvas").getContext("webgl2")); } catch { return false; }
}

async function getJson(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.json();
}

class MaillageMap extends HTMLElement {
  #map = null;
  #points = null;
  #markers = null;
  #asked = "";
  #legend = {};
  #turn = 0;

  connectedCallback() {
    if (this.#map) return;
    this.#start().catch((error) => { console.error(error); this.#say("La carte n'a pas pu être affichée. La liste dit la même chose."); });
  }

  disconnectedCallback() { this.#map?.remove(); this.#map = null; }

  async #start() {
    if (!hasWebGL()) { this.#say("Votre navigateur ne peut pas afficher la carte. La liste montre les mêmes structures."); return; }
    const { places, points, perimeter, library, worker, css } = this.dataset;
    this.#asked = points ?? "";
    this.#readLegend();
    const wanted = [points ? getJson(points) : Promise.resolve(this.#readPlaces(places)), getJson(perimeter).catch(() => null)];
    const [maplibre] = await Promise.all([import(library), this.#loadCss(css)]);
    maplibre.setWorkerUrl(new URL(worker, location.href).href);
    const canvas = Object.assign(document.createElement("div"), { className: "map-canvas" });
    const layer = Object.assign(document.createElement("div"), { className: "map-points" });
    layer.setAttribute("role", "group");
    layer.setAttribute("aria-label", "Structures sur la carte : les flèches vont de l'une à l'autre");
    this.prepend(canvas);
    canvas.after(layer);
    const bounds = this.#bounds();
    const map = this.#map = new maplibre.Map({
      container: canvas, style: ownStyle(), locale: WORDS, attributionControl: false, dragRotate: false, pitchWithRotate: false, maxZoom: 18,
      fadeDuration: 0, cooperativeGestures: "embedded" in this.dataset, ...(bounds ? { bounds, fitBoundsOptions: { padding: this.#padding(28) } } : { center: [2.45, 48.88], zoom: 10 }),
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new maplibre.AttributionControl({ compact: true }), "bottom-right");
    const settle = () => this.style.setProperty("--below", `${this.#below()}px`);
    addEventListener("scroll", settle, { passive: true });
    settle();
    const panel = new Panel(this, this.dataset.card ?? "");
    this.#markers = new Markers(map, layer, {
      sprite: this.dataset.icons, legend: this.#legend,
      onOpen: (one) => this.#open(one, panel),
      onLight: (id, lit) => document.dispatchEvent(new CustomEvent("maillage:lit", { detail: { id, lit } })),
    });
    map.on("move", () => this.#markers.place());
    map.on("moveend", (event) => { this.#draw(); this.#follow(); if (event.originalEvent) this.#offerHere(); });
    const [feed, contours] = await Promise.all(wanted);
    this.#use(feed.rows === undefined || feed.x instanceof Float64Array ? feed : decode(feed), { fit: !bounds });
    for (const still of this.querySelectorAll("[data-note], [data-still]")) still.remove();
    this.dataset.ready = "points";
    await this.#dress(contours);
  }

  // Contours first; then, if it answers, the basemap below them.
  async #dress(contours) {
    const map = this.#map;
    if (!map.isStyleLoaded()) await map.once("load");
    const squares = this.dataset.shades ? await getJson(this.dataset.shades).catch(() => null) : null;
    const shade = (veiled) => this.#shade(contours, squares, veiled);
    shade(false);
    if (contours && "shaded" in this.dataset) followPresses(map);
    this.#markers.name(namesOf(contours));
    this.dataset.ready = "contours";
    const style = await fetchBasemap(this.dataset.basemap);
    if (!style || !this.#map) return;
    map.setStyle(this.dataset.basemap, { diff: false });
    map.once("style.load", () => { this.#markers.name([]); shade(true); this.dataset.ready = "basemap"; });
    map.on("error", (event) => console.debug("basemap", event.error?.message));
  }

  // The outline, coloured when the page says so (`data-shaded`), or under squares (`data-shades`).
  #shade(contours, squares, veiled) {
    if (!contours || !this.#map) return;
    addPerimeter(this.#map, contours, { veiled });
    if ("shaded" in this.dataset) shadePerimeter(this.#map, { veiled });
    if (squares) addSquares(this.#map, squares);
  }

  /** Show the points of another state of the page. */
  async show(address) {
    if (!this.#map || !address || address === this.#asked) return;
    this.#asked = address;
    try {
      const points = decode(await getJson(address));
      if (this.#asked !== address) return;
      this.#use(points, { fit: !address.includes("bbox=") });
    } catch { announce("La carte n'a pas pu être mise à jour."); }
  }

  light(id, lit) { this.#markers?.light(id, lit); }

  #use(points, { fit }) {
    this.#points = points;
    const box = fit && extent(points);
    if (box) this.#map.fitBounds(box, { padding: this.#padding(52), maxZoom: this.dataset.card ? 15 : 13.2, animate: !STILL.matches && this.dataset.ready !== undefined });
    this.querySelector(".map-here")?.remove();
    this.#draw();
    this.#follow();
  }

  // Too many points to be here at once: those of the view are asked for, once the map has settled.
  async #follow() {
    const turn = this.#turn += 1;
    if (!this.#points?.within || covers(this.#points, this.#map)) return;
    await new Promise((done) => { setTimeout(done, 120); });
    if (turn !== this.#turn || !this.#map) return;
    const state = this.#asked;
    const { asked, address } = around(state, this.#map);
    try {
      const points = Object.assign(decode(await getJson(address)), { asked });
      if (turn !== this.#turn || state !== this.#asked) return;
      this.#points = points;
      this.#draw();
    } catch { announce("La carte n'a pas pu être mise à jour."); }
  }

  #draw() {
    if (!this.#points || !this.#map) return;
    const view = this.#map.getBounds();
    const margin = 0.15 * (view.getEast() - view.getWest());
    const box = [mercatorX(view.getWest() - margin), mercatorY(Math.min(85, view.getNorth() + margin)),
      mercatorX(view.getEast() + margin), mercatorY(Math.max(-85, view.getSouth() - margin))];
    this.#markers.draw(cluster(this.#points, this.#map.getZoom(), box), this.#points);
  }

  #open(one, panel) {
    const ids = [...new Set(one.rows.map((row) => this.#points.id[row]))];
    if (!this.dataset.card) return;
    if (this.#points.n) { this.#closer(one); return; }
    if (one.n === 1 || this.#map.getZoom() >= 17.5 || isOnePlace(this.#points, one.rows)) { panel.open(ids, one.element); return; }
    const rows = one.rows;
    const part = { rows: rows.length, x: rows.map((i) => this.#points.x[i]), y: rows.map((i) => this.#points.y[i]) };
    this.#map.fitBounds(extent(part), { padding: 80, maxZoom: 18, animate: !STILL.matches });
    announce(`${ids.length} structures, carte agrandie`);
  }

  // A cell of the grid does not know its structures: one comes closer until they are there.
  #closer(one) {
    this.#map.easeTo({ center: one.at, zoom: Math.min(18, this.#map.getZoom() + 2), animate: !STILL.matches });
    announce(`${one.n} structure${one.n > 1 ? "s" : ""}, carte agrandie`);
  }

  #offerHere() {
    if (!this.dataset.points || "embedded" in this.dataset || this.querySelector(".map-here")) return;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button is-small map-here", textContent: "Chercher ici" });
    button.addEventListener("click", () => {
      const view = this.#map.getBounds();
      const detail = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()].map((side) => side.toFixed(5)).join(",");
      button.remove();
      document.dispatchEvent(new CustomEvent("maillage:search-here", { detail }));
    });
    this.append(button);
  }

  #readLegend() {
    const entries = [...document.querySelectorAll("[data-sector]")];
    this.#legend = Object.fromEntries(entries.map((e) => [e.dataset.sector, { hue: e.dataset.hue, icon: e.dataset.icon, label: e.textContent.trim() }]));
  }

  // The page of one structure: its places are already written in the page.
  #readPlaces(id) {
    const items = [...(document.getElementById(id)?.querySelectorAll("[data-lon]") ?? [])];
    const [hue, icon] = [items[0]?.dataset.hue ?? "other", items[0]?.dataset.icon ?? "dots"];
    this.#legend = { here: { hue, icon, label: "Adresse de la structure" } };
    return {
      count: items.length, rows: items.length, sectors: ["here"], id: new Uint32Array(items.length), sector: new Int8Array(items.length),
      approximate: new Uint8Array(items.length), old: new Uint8Array(items.length), x: Float64Array.from(items, (e) => mercatorX(Number(e.dataset.lon))),
      y: Float64Array.from(items, (e) => mercatorY(Number(e.dataset.lat))), names: items.map((e) => e.innerText.split("\n")[0]),
    };
  }

  // The foot of the map may lie below the fold: what matters must fit in what is seen.
  #below() {
    if (!this.dataset.card) return 0;
    const { bottom, height } = this.getBoundingClientRect();
    return Math.round(Math.min(Math.max(0, bottom - innerHeight), height / 2));
  }

  #padding(margin) {
    const below = this.#below();
    return { top: margin, left: margin, right: margin, bottom: margin + below };
  }

  #bounds() {
    const numbers = (this.dataset.bounds ?? "").split(",").map(Number);
    return numbers.length === 4 && numbers.every(Number.isFinite) ? numbers : null;
  }

  #loadCss(address) {
    return new Promise((done) => {
      const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address, onload: done, onerror: done });
      document.head.append(link);
    });
  }

  #say(sentence) {
    const note = this.querySelector("[data-note]") ?? this.appendChild(Object.assign(document.createElement("p"), { className: "map-note" }));
    note.textContent = sentence;
  }
}

customElements.define("maillage-map", MaillageMap);
