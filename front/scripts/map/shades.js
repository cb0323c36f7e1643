// Places coloured by what a measure says of them. A press opens the page of the place; the table says the same.

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const LEVELS = ["lacking", "unclear", "served"];

const colour = () => [
  "match", ["coalesce", ["get", "level"], "unknown"],
  ...LEVELS.flatMap((level) => [level, css(`--gap-${level}`)]), css("--gap-unknown"),
];

/** Colour the contours themselves; those whose information is short get a dashed edge. */
export function shadePerimeter(map, { veiled }) {
  map.setPaintProperty("perimeter-fill", "fill-color", colour());
  map.setPaintProperty("perimeter-fill", "fill-opacity", veiled ? 0.7 : 1);
  if (map.getLayer("perimeter-silent")) return;
  map.addLayer({ id: "perimeter-silent", type: "line", source: "perimeter", filter: ["==", ["get", "silent"], true],
    paint: { "line-color": css("--ink"), "line-width": 3, "line-dasharray": [2, 2] } });
}

/** Colour squares over the contours. */
export function addSquares(map, squares) {
  if (map.getSource("squares")) return;
  map.addSource("squares", { type: "geojson", data: squares, attribution: "Population : carreaux" });
  map.addLayer({ id: "squares", type: "fill", source: "squares", paint: { "fill-color": colour(), "fill-opacity": 0.85 } }, "perimeter-line");
}

/** A pressed place opens its page, on this site only. */
export function followPresses(map) {
  map.on("click", "perimeter-fill", (event) => {
    const address = event.features?.[0]?.properties?.url;
    if (!address) return;
    const url = new URL(address, location.href);
    if (url.origin === location.origin) location.assign(url.href);
  });
  map.on("mouseenter", "perimeter-fill", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "perimeter-fill", () => { map.getCanvas().style.cursor = ""; });
}
