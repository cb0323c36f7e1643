// Loaded by every page. Pages work without it; it adds what HTML cannot do alone.
import { installTrustedTypes } from "./trusted.js";
import { bindDialogs } from "./dialogs.js";
import { bindHtmx } from "./htmx.js";
import { bindSmallThings } from "./small.js";
import { bindMeasure } from "./measure.js";

installTrustedTypes();
bindDialogs();
bindHtmx();
bindSmallThings();
bindMeasure();
