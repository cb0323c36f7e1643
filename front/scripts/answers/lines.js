// Lines of a table: added and taken away here; without a script, the same buttons send the page.

class Lines extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector(":scope > .lines");
    this.adder = this.querySelector(":scope > [data-add]");
    this.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button || button.closest("maillage-lines") !== this) return;
      if (button.matches("[data-add]")) { event.preventDefault(); this.add(); }
      if (button.matches("[data-drop]")) { event.preventDefault(); this.drop(button.closest(".line")); }
    });
  }

  get rows() { return [...this.list.children]; }

  add() {
    const model = this.rows.at(-1);
    if (!model || this.rows.length >= Number(this.dataset.most)) return;
    const row = model.cloneNode(true);
    for (const wrong of row.querySelectorAll(".field-error")) wrong.remove();
    for (const field of row.querySelectorAll(".has-error")) field.classList.remove("has-error");
    for (const input of row.querySelectorAll("input, select, textarea")) {
      input.removeAttribute("aria-invalid");
      if (input.matches('[type="checkbox"], [type="radio"]')) input.checked = false;
      else if (input.tagName === "SELECT") input.selectedIndex = 0;
      else input.value = "";
    }
    this.list.append(row);
    this.number();
    row.querySelector("input, select, textarea")?.focus();
    this.changed();
  }

  drop(row) {
    const rank = this.rows.indexOf(row);
    if (this.rows.length === 1) {
      for (const input of row.querySelectorAll("input, select, textarea")) {
        if (input.matches('[type="checkbox"], [type="radio"]')) input.checked = false; else input.value = "";
      }
    } else {
      row.remove();
      this.number();
    }
    const next = this.rows[Math.min(rank, this.rows.length - 1)];
    next?.querySelector("input, select, textarea")?.focus();
    this.changed();
  }

  // Names, identifiers and labels follow the rank of the line.
  number() {
    for (const [rank, row] of this.rows.entries()) {
      row.setAttribute("aria-label", row.getAttribute("aria-label").replace(/\d+$/, rank + 1));
      for (const node of row.querySelectorAll("[name], [id], [for], [aria-describedby], [data-drop]")) {
        this.renumber(node, "name", this.dataset.start, rank);
        for (const kind of ["id", "for", "aria-describedby"]) this.renumber(node, kind, this.dataset.anchor, rank);
        if (node.matches("[data-drop]")) {
          node.value = node.value.replace(/\d+$/, rank);
          node.setAttribute("aria-label", node.getAttribute("aria-label").replace(/\d+/, rank + 1));
        }
      }
    }
    if (this.adder) this.adder.hidden = this.rows.length >= Number(this.dataset.most);
  }

  renumber(node, kind, start, rank) {
    const held = node.getAttribute(kind);
    if (!held?.includes(start)) return;
    node.setAttribute(kind, held.split(" ").map((one) => (
      one.startsWith(start) ? start + one.slice(start.length).replace(/^\d+/, rank) : one
    )).join(" "));
  }

  changed() { this.dispatchEvent(new Event("input", { bubbles: true })); }
}

customElements.define("maillage-lines", Lines);
