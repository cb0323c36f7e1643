// Frames on other sites: the map, once the list is painted. Nothing else runs there.
import { installTrustedTypes } from "./trusted.js";

installTrustedTypes();
requestAnimationFrame(() => requestAnimationFrame(() => {
  for (const map of document.querySelectorAll("maillage-map[data-module]")) import(map.dataset.module).catch(() => {});
}));
