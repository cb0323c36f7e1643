// Pages where a structure is edited: what is typed is kept while it is typed.

const PAUSE = 4000;

class Autosave extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    if (!this.form) return;
    this.note = this.querySelector("[data-note]");
    this.changed = false;
    this.stopped = false;
    this.form.addEventListener("input", () => this.plan());
    this.form.addEventListener("change", () => this.plan());
    // A form that is sent needs no draft any more; the server drops it when it saves.
    this.form.addEventListener("submit", () => { this.stopped = true; clearTimeout(this.timer); });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.save(true);
    });
    // Back from the cache of the browser: the page lives again.
    window.addEventListener("pageshow", () => { this.stopped = false; });
  }

  plan() {
    this.changed = true;
    this.timer ??= setTimeout(() => this.save(false), PAUSE);
  }

  async save(leaving) {
    clearTimeout(this.timer);
    this.timer = null;
    if (!this.changed || this.stopped) return;
    this.changed = false;
    const typed = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string") typed.append(name, value);
    }
    try {
      const answer = await fetch(this.dataset.url, {
        method: "POST", body: typed, keepalive: leaving, redirect: "error",
        headers: { Accept: "application/json" },
      });
      const said = await answer.json();
      this.tell(answer.ok ? said.kept : said.error, answer.ok);
    } catch {
      this.tell("Votre saisie n'a pas pu être gardée : ne fermez pas cette page avant de l'enregistrer.", false);
    }
  }

  tell(words, kept) {
    if (!kept) this.changed = true;
    if (this.note && words) this.note.textContent = words;
    this.dataset.state = kept ? "kept" : "failed";
  }
}

customElements.define("maillage-autosave", Autosave);
