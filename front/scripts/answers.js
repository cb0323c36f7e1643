// Forms of calls: what is asked depends on what was answered, lines come and go, a budget adds up.
// Every page works without it: the server asks, adds and sums the same.
import { holds } from "./answers/conditions.js";
import "./answers/lines.js";
import "./answers/budget.js";

class Answers extends HTMLElement {
  connectedCallback() {
    this.start = this.dataset.prefix || "";
    this.told = JSON.parse(this.dataset.told || "{}");
    this.dependent = [...this.querySelectorAll(":scope > [data-when]")];
    for (const one of this.dependent) one.condition = JSON.parse(one.dataset.when);
    this.addEventListener("input", (event) => { this.count(event.target); this.look(); });
    this.addEventListener("change", () => this.look());
    for (const field of this.querySelectorAll("[data-most]")) this.count(field);
    this.look();
  }

  // Answers of this page, read as the server will.
  answers() {
    const form = this.closest("form");
    const found = { ...this.told };
    if (!form) return found;
    const data = new FormData(form);
    for (const code of data.getAll(`${this.start}in`)) {
      const values = data.getAll(`${this.start}${code}`).map((one) => String(one).trim());
      const field = this.querySelector(`[data-question="${CSS.escape(code)}"]`);
      const boxes = field?.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(this.start + code)}"]`).length ?? 0;
      if (boxes === 1 && field.querySelector(".is-check")) found[code] = values.length > 0;
      else if (boxes) found[code] = values.filter(Boolean);
      else found[code] = this.single(field, values);
    }
    return found;
  }

  single(field, values) {
    const value = values.filter(Boolean).pop() ?? "";
    const radios = field?.querySelectorAll('input[type="radio"]') ?? [];
    if (radios.length === 2 && radios[0].value === "oui" && radios[1].value === "non") return value ? value === "oui" : null;
    return value;
  }

  look() {
    const answers = this.answers();
    for (const one of this.dependent) {
      const shown = holds(one.condition, answers);
      one.hidden = !shown;
      if (!shown) delete answers[one.dataset.question];
    }
  }

  count(field) {
    if (field.tagName === "MAILLAGE-LINES" || !field.dataset?.most) return;
    const most = Number(field.dataset.most);
    const used = [...field.value.trim()].length;
    let note = field.parentElement.querySelector(":scope > .field-count");
    if (used < most * 0.6 && !note) return;
    if (!note) {
      note = document.createElement("p");
      note.className = "field-count";
      note.setAttribute("role", "status");
      field.after(note);
    }
    const left = most - used;
    note.classList.toggle("is-over", left < 0);
    note.textContent = left < 0 ? `${-left} caractères de trop` : `${left} caractères restants`;
  }
}

customElements.define("maillage-answers", Answers);
