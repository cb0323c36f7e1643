// What a pressed point says. Built of text nodes only: nothing of the data is ever read as HTML.

function make(tag, text, attributes = {}) {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function link(detail) {
  const url = new URL(detail.url, location.href);
  // An address from elsewhere has no business here.
  return make("a", detail.name, { href: url.origin === location.origin ? url.href : "#" });
}

export class Panel {
  constructor(host, address) {
    this.host = host;
    this.address = address;
    host.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.element) { event.stopPropagation(); this.close(); }
    });
  }

  async open(ids, origin) {
    this.close({ refocus: false });
    this.origin = origin;
    const element = make("div", "", { class: "map-card", role: "dialog", "aria-label": "Structures à cet endroit", tabindex: "-1" });
    const close = make("button", "×", { type: "button", class: "close", "aria-label": "Fermer" });
    close.addEventListener("click", () => this.close());
    const body = make("div", "Un instant…");
    element.append(close, body);
    this.element = element;
    this.host.append(element);
    element.focus({ preventScroll: true });
    const shown = ids.slice(0, 12);
    const details = await Promise.all(shown.map((id) => this.#fetch(id)));
    if (this.element !== element) return;
    body.replaceChildren(...this.#content(details.filter(Boolean), ids.length));
  }

  close({ refocus = true } = {}) {
    if (!this.element) return;
    this.element.remove();
    this.element = null;
    if (refocus && this.origin?.isConnected) this.origin.focus({ preventScroll: true });
  }

  async #fetch(id) {
    try {
      const answer = await fetch(`${this.address}${id}/`, { headers: { Accept: "application/json" } });
      return answer.ok ? await answer.json() : null;
    } catch { return null; }
  }

  #content(details, total) {
    if (!details.length) return [make("p", "Le détail n'a pas pu être chargé. Cherchez la structure dans la liste.")];
    if (details.length === 1 && total === 1) {
      const [one] = details;
      const title = make("h3");
      title.append(link(one));
      const facts = [one.sector_label, (one.municipality_names ?? []).join(", "), one.family_label].filter(Boolean).join(" · ");
      const parts = [title];
      if (one.summary) parts.push(make("p", one.summary));
      if (facts) parts.push(make("p", facts, { class: "muted" }));
      if (one.approximate) parts.push(make("p", "Position approximative : seule la commune ou la rue est connue.", { class: "careful" }));
      if (one.is_demo) parts.push(make("p", "Structure inventée pour la démonstration.", { class: "careful" }));
      return parts;
    }
    const list = make("ul");
    for (const one of details) { const item = make("li"); item.append(link(one)); list.append(item); }
    const parts = [make("h3", `${total} structures à cette adresse`), list];
    if (total > details.length) parts.push(make("p", `et ${total - details.length} autres, à retrouver dans la liste.`));
    return parts;
  }
}
