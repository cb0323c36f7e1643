// What a swap owes to people: results are announced, focus is not lost, errors are said.

export function announce(text) {
  const region = document.getElementById("live");
  if (!region) return;
  region.textContent = "";
  // A screen reader only speaks a region that changes after it was seen empty.
  setTimeout(() => { region.textContent = text; }, 60);
}

export function bindHtmx() {
  document.addEventListener("htmx:afterSettle", (event) => {
    const said = event.target.querySelector?.("[data-announce]") ?? event.target.closest?.("[data-announce]");
    if (said) announce(said.dataset.announce || said.textContent.trim());
    const wanted = event.target.querySelector?.("[data-focus]");
    if (wanted) wanted.focus({ preventScroll: true });
  });
  document.addEventListener("htmx:responseError", () => announce("La page n'a pas pu être mise à jour."));
  document.addEventListener("htmx:sendError", () => announce("Le réseau ne répond pas."));
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("meta[name='csrf-token']")?.content;
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
  });
}
