// Points as the server sends them (parallel columns), and their grouping for one zoom.

const SCALE = 1e5;

/** Read the feed into typed arrays; positions are Web Mercator, from 0 to 1. */
export function decode(feed) {
  const rows = feed.cells ?? feed.rows;
  const points = {
    count: feed.count, rows,
    id: new Uint32Array(rows), x: new Float64Array(rows), y: new Float64Array(rows),
    sector: new Int8Array(rows), approximate: new Uint8Array(rows), old: new Uint8Array(rows), sectors: feed.sectors,
    // Cells of a grid stand for several structures; what is about a view says which.
    n: feed.cells === undefined ? null : feed.n, zoom: feed.zoom, within: feed.within ?? null,
  };
  let id = 0;
  for (let i = 0; i < rows; i += 1) {
    id += feed.id?.[i] ?? 0;
    points.id[i] = id;
    points.x[i] = mercatorX((feed.origin[0] + feed.x[i]) / SCALE);
    points.y[i] = mercatorY((feed.origin[1] + feed.y[i]) / SCALE);
    const letter = feed.sector.charCodeAt(i);
    points.sector[i] = letter === 46 ? -1 : letter - 65;
  }
  for (const name of ["approximate", "old"]) {
    let at = 0;
    for (const step of feed[name] ?? []) { at += step; points[name][at] = 1; }
  }
  return points;
}

export const mercatorX = (lon) => (lon + 180) / 360;
export function mercatorY(lat) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}
export const longitude = (x) => x * 360 - 180;
export const latitude = (y) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;

/**
 * Groups of points for a zoom, within a box (Mercator). The grid is fixed to the world, so that a group
 * stays the same while the map slides. Neighbouring groups that would overlap are joined.
 */
export function cluster(points, zoom, box, cell = 58) {
  const size = cell / (512 * 2 ** zoom);
  const [west, north, east, south] = box;
  const groups = new Map();
  for (let i = 0; i < points.rows; i += 1) {
    const x = points.x[i];
    const y = points.y[i];
    if (x < west || x > east || y < north || y > south) continue;
    const n = points.n?.[i] ?? 1;
    const key = Math.floor(x / size) * 4194304 + Math.floor(y / size);
    const group = groups.get(key);
    if (group) { group.n += n; group.sx += x * n; group.sy += y * n; group.rows.push(i); }
    else groups.set(key, { n, sx: x * n, sy: y * n, rows: [i] });
  }
  return merge([...groups.values()], size);
}

function merge(groups, size) {
  groups.sort((a, b) => b.n - a.n || a.rows[0] - b.rows[0]);
  const kept = [];
  const grid = new Map();
  for (const group of groups) {
    const x = group.sx / group.n;
    const y = group.sy / group.n;
    const cx = Math.floor(x / size);
    const cy = Math.floor(y / size);
    const host = nearest(grid, cx, cy, x, y, size * (group.n > 1 ? 0.72 : 0.5));
    if (host) {
      host.n += group.n;
      host.sx += group.sx;
      host.sy += group.sy;
      host.rows.push(...group.rows);
      continue;
    }
    Object.assign(group, { x, y });
    kept.push(group);
    const key = cx * 4194304 + cy;
    if (grid.has(key)) grid.get(key).push(group); else grid.set(key, [group]);
  }
  return kept;
}

function nearest(grid, cx, cy, x, y, radius) {
  let best = null;
  let least = radius * radius;
  for (let i = -1; i <= 1; i += 1) {
    for (let j = -1; j <= 1; j += 1) {
      for (const other of grid.get((cx + i) * 4194304 + cy + j) ?? []) {
        const gap = (other.x - x) ** 2 + (other.y - y) ** 2;
        if (gap < least) { least = gap; best = other; }
      }
    }
  }
  return best;
}

/** Smallest box around the points: [west, south, east, north] in degrees, or null. */
export function extent(points) {
  if (!points.rows) return null;
  let [west, north, east, south] = [1, 1, 0, 0];
  for (let i = 0; i < points.rows; i += 1) {
    west = Math.min(west, points.x[i]); east = Math.max(east, points.x[i]);
    north = Math.min(north, points.y[i]); south = Math.max(south, points.y[i]);
  }
  return [longitude(west), latitude(south), longitude(east), latitude(north)];
}

/** Whether all rows of a group stand at the same place, so that no zoom will part them. */
export function isOnePlace(points, rows) {
  return rows.every((i) => Math.abs(points.x[i] - points.x[rows[0]]) < 1e-8
    && Math.abs(points.y[i] - points.y[rows[0]]) < 1e-8);
}
