// Our own map: paper and contours, with no network but our server. The basemap, if any, slides underneath.

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function ownStyle() {
  return { version: 8, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": css("--paper-deep") } }] };
}

export function addPerimeter(map, collection, { veiled }) {
  if (map.getSource("perimeter")) return;
  map.addSource("perimeter", { type: "geojson", data: collection, attribution: collection.attribution ?? "Contours : IGN" });
  map.addLayer({ id: "perimeter-fill", type: "fill", source: "perimeter",
    paint: { "fill-color": css("--card"), "fill-opacity": veiled ? 0.12 : 1 } });
  map.addLayer({ id: "perimeter-line", type: "line", source: "perimeter",
    paint: { "line-color": css("--ink"), "line-opacity": 0.75, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.8, 14, 2.2] } });
}

/** Where to write each name: the middle of its largest ring. */
export function namesOf(collection) {
  return (collection?.features ?? []).flatMap(({ properties, geometry }) => {
    const rings = geometry?.type === "Polygon" ? [geometry.coordinates[0]] : (geometry?.coordinates ?? []).map((part) => part[0]);
    const ring = rings.sort((a, b) => b.length - a.length)[0];
    const name = properties?.name ?? properties?.nom;
    if (!ring || !name) return [];
    let [area, x, y] = [0, 0, 0];
    for (let i = 0; i < ring.length - 1; i += 1) {
      const cross = ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
      area += cross;
      x += (ring[i][0] + ring[i + 1][0]) * cross;
      y += (ring[i][1] + ring[i + 1][1]) * cross;
    }
    return area ? [{ name, at: [x / (3 * area), y / (3 * area)] }] : [];
  });
}

/** The basemap's style when it answers well and in time; null otherwise: contours are enough. */
export async function fetchBasemap(address) {
  if (!address) return null;
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(6000) });
    if (!answer.ok) return null;
    const style = await answer.json();
    return style.version === 8 && Array.isArray(style.layers) ? style : null;
  } catch { return null; }
}
