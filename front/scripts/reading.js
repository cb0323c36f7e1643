// A juror's reading: what is written keeps itself, and leaving with something unsent asks first.
const QUIET = 1500;

class Reading extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.saved = this.querySelector("[data-saved]");
    this.total = this.querySelector("[data-total]");
    this.form.addEventListener("input", () => this.later());
    this.form.addEventListener("submit", () => this.stop());
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), QUIET);
  }

  stop() {
    clearTimeout(this.timer);
    this.leaving = true;
  }

  async keep() {
    if (this.leaving) return;
    if (this.running) return this.later();
    this.running = true;
    try {
      const answer = await fetch(this.form.dataset.draft, {
        method: "POST",
        body: new FormData(this.form),
        headers: { Accept: "application/json" },
      });
      const said = await answer.json();
      if (answer.ok) this.done(said);
      else this.say(said.problem || "Le brouillon n'est pas gardé : rechargez la page.");
    } catch {
      this.say("Pas de réseau : rien n'est perdu ici, nouvel essai dans un instant.");
      this.later();
    } finally {
      this.running = false;
    }
  }

  done(said) {
    this.form.elements.version.value = said.version;
    this.total.textContent = said.total || "–";
    const now = new Date();
    this.say(`Brouillon gardé à ${now.getHours()} h ${String(now.getMinutes()).padStart(2, "0")}.`);
  }

  say(text) {
    this.saved.textContent = text;
  }
}

customElements.define("maillage-reading", Reading);
