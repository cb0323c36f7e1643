// The page of results: what a swap must keep, "around me", and the map, loaded once the list is painted.

const LOAD_MAP = "(min-width: 62rem)";

// An address without the fields left empty is the canonical one: it can be shared and cached.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.id !== "search") return;
  const form = detail.formData ?? detail.parameters;
  for (const key of [...form.keys()]) {
    const values = form.getAll(key).filter((value) => value !== "");
    form.delete(key);
    for (const value of new Set(values)) form.append(key, value);
  }
});

// A swap closes what the visitor had opened: open it again.
let opened = [];
let focused = "";
document.addEventListener("htmx:beforeSwap", () => {
  focused = document.activeElement?.id ?? "";
  opened = [...document.querySelectorAll("#results details[open][id]")].map((element) => element.id);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of opened) {
    const element = document.getElementById(id);
    if (element) element.open = true;
  }
  // What was in a closed panel could not be focused before it opened again.
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
});
document.addEventListener("htmx:afterSettle", () => {
  const results = document.getElementById("results");
  if (!results) return;
  bindResults(results);
  for (const face of document.querySelectorAll(".faces a")) {
    face.href = face === face.parentElement.firstElementChild ? results.dataset.list : results.dataset.map;
  }
  document.querySelector(".directory-map maillage-map")?.show?.(results.dataset.points);
});

function setHidden(name, value) {
  document.querySelector(`input[type="hidden"][name="${name}"][form="search"]`)?.remove();
  if (value === "") return;
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  input.setAttribute("form", "search");
  document.getElementById("results").append(input);
}

function bindResults(results) {
  const button = results.querySelector("#near-me");
  if (!button || !navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setHidden("pres", `${coords.longitude.toFixed(5)},${coords.latitude.toFixed(5)}`);
        setHidden("tri", "");
        document.getElementById("search").requestSubmit();
      },
      () => {
        button.removeAttribute("aria-busy");
        const said = document.createElement("p");
        said.className = "field-error";
        said.setAttribute("role", "alert");
        said.textContent = "Votre position n'est pas accessible. Cherchez plutôt une adresse ou une commune.";
        button.after(said);
      },
      { timeout: 8000, maximumAge: 300000 },
    );
  });
}

document.addEventListener("maillage:search-here", ({ detail }) => {
  setHidden("bbox", detail);
  document.getElementById("search").requestSubmit();
});

// Card and point light each other.
for (const [kind, lit] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
  document.addEventListener(kind, (event) => {
    const card = event.target.closest?.(".structure-card");
    if (card) document.querySelector("maillage-map")?.light?.(Number(card.dataset.id), lit);
  });
}
document.addEventListener("maillage:lit", ({ detail: { id, lit } }) => {
  document.querySelector(`.structure-card[data-id="${id}"]`)?.classList.toggle("is-lit", lit);
});

function loadMaps() {
  for (const map of document.querySelectorAll("maillage-map[data-module]:not([data-asked])")) {
    if (!map.checkVisibility()) continue;
    map.dataset.asked = "";
    import(map.dataset.module).catch(() => map.querySelector("[data-note]")?.replaceChildren(
      "La carte n'a pas pu être chargée. La liste dit la même chose."));
  }
}

const results = document.getElementById("results");
if (results) bindResults(results);
// Two frames later the list is on screen; only then is the map worth its weight.
requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(loadMaps, 0)));
matchMedia(LOAD_MAP).addEventListener("change", loadMaps);
