// Counts pages read and links followed, never who reads: no cookie, no identifier, nothing kept in the browser.
// Whoever asks not to be tracked is not counted (docs/donnees-personnelles.md).

const REFUSES = navigator.globalPrivacyControl === true || navigator.doNotTrack === "1";

function address() {
  return document.querySelector('meta[name="measure"]')?.content ?? "";
}

function send(words) {
  navigator.sendBeacon(address(), new URLSearchParams(words));
}

// The words of a search leave only when it found nothing.
function read() {
  const empty = document.querySelector("#results .empty") !== null;
  const words = new URLSearchParams(location.search).get("q") ?? "";
  const query = empty && words ? `?${new URLSearchParams({ q: words })}` : "";
  send({ page: location.pathname + query, empty: empty ? "1" : "" });
}

function kindOf(link) {
  if (link.protocol === "tel:") return "phone";
  if (link.protocol === "mailto:") return "email";
  if (link.hasAttribute("download")) return "export";
  return /^https?:$/.test(link.protocol) && link.origin !== location.origin ? "website" : "";
}

function follow(event) {
  const link = event.target.closest?.("main a[href]");
  const click = link ? kindOf(link) : "";
  if (click) send({ page: location.pathname, click });
}

export function bindMeasure() {
  if (REFUSES || !address() || !navigator.sendBeacon) return;
  if (document.prerendering) document.addEventListener("prerenderingchange", read, { once: true });
  else read();
  document.addEventListener("click", follow);
  document.addEventListener("htmx:pushedIntoHistory", () => setTimeout(read));
}
