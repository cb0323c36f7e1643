// Where there are too many points to be sent at once, the server is asked for what a view shows.

const MARGIN = 0.25;

const box = (map) => {
  const view = map.getBounds();
  return [Math.max(-180, view.getWest()), Math.max(-85, view.getSouth()), Math.min(180, view.getEast()), Math.min(85, view.getNorth())];
};
const level = (map) => Math.max(0, Math.min(18, Math.round(map.getZoom())));

/** Whether what was received still says what the map now shows. */
export function covers(points, map) {
  if (!points.within) return true;
  const [west, south, east, north] = box(map);
  const [left, bottom, right, top] = points.within;
  const inside = west >= left && east <= right && south >= bottom && north <= top;
  // Points of a smaller view are true at any zoom; cells are those of one.
  return inside && (points.n ? points.asked === level(map) : true);
}

/** The address of the same points, for what the map shows and a little around. */
export function around(address, map) {
  const [west, south, east, north] = box(map);
  const dx = MARGIN * (east - west);
  const dy = MARGIN * (north - south);
  const sides = [Math.max(-180, west - dx), Math.max(-85, south - dy), Math.min(180, east + dx), Math.min(85, north + dy)];
  const asked = level(map);
  return { asked, address: `${address}${address.includes("?") ? "&" : "?"}vue=${sides.map((side) => side.toFixed(4)).join(",")}&zoom=${asked}` };
}
