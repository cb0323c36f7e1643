// Keyboard shortcuts of the contributions. They move the focus and open forms; none decides by itself.
// They can be switched off on this device, and keep quiet while somebody writes (WCAG 2.1.4).

const SWITCH = "maillage:raccourcis";

function wanted() {
  try { return localStorage.getItem(SWITCH) !== "non"; } catch { return true; }
}

function remember(on) {
  try { localStorage.setItem(SWITCH, on ? "oui" : "non"); } catch { /* private window: for this page only */ }
}

function isWriting(target) {
  return target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
}

class Queue extends HTMLElement {
  connectedCallback() {
    this.isOn = wanted();
    this.onKey = (event) => this.press(event);
    document.addEventListener("keydown", this.onKey);
    for (const hint of document.querySelectorAll("[data-shortcuts-only]")) hint.hidden = false;
    const box = document.getElementById("raccourcis-actifs");
    if (!box) return;
    box.checked = this.isOn;
    box.addEventListener("change", () => { this.isOn = box.checked; remember(box.checked); });
  }

  disconnectedCallback() { document.removeEventListener("keydown", this.onKey); }

  press(event) {
    if (!this.isOn || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isWriting(event.target) || document.querySelector("dialog[open]")) return;
    const done = this.act(event.key);
    if (done) event.preventDefault();
  }

  act(key) {
    if (key === "j") return this.move(1);
    if (key === "k") return this.move(-1);
    if (key === "?") return this.help();
    if (key === "a" || key === "r" || key === "s") return this.reach(key);
    return false;
  }

  move(step) {
    const links = [...this.querySelectorAll("[data-open]")];
    if (!links.length) return false;
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
    links[Math.min(Math.max(next, 0), links.length - 1)].focus();
    return true;
  }

  help() {
    const dialog = document.getElementById(this.dataset.help);
    if (!(dialog instanceof HTMLDialogElement)) return false;
    dialog.showModal();
    return true;
  }

  reach(key) {
    const target = this.querySelector(`[data-key="${key}"]`);
    if (!target) return false;
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      target.querySelector("select, input:not([type=hidden]), textarea")?.focus();
    } else target.focus();
    return true;
  }
}

customElements.define("maillage-queue", Queue);
