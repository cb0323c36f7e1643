// One page of an application: what changed is sent as it is typed; without network it is kept on this device, and
// sent when the network is back. A question that somebody else changed is never overwritten: both texts are shown.

const PAUSE = 1500;
const RETRY = 15000;
const PRESENCE = 30000;
const SENT = "maillage:page-envoyee";

class Application extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    if (!this.form) return;
    this.note = this.form.querySelector("[data-saved]");
    this.changed = new Set();
    this.since = Date.now();
    this.form.addEventListener("input", (event) => this.touch(event));
    this.form.addEventListener("change", (event) => this.touch(event));
    this.sent();
    this.form.addEventListener("submit", () => this.submitted());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.changed.size) this.send(true);
    });
    window.addEventListener("pageshow", () => { this.leaving = false; });
    window.addEventListener("online", () => this.flush());
    this.pulse = setInterval(() => this.presence(), PRESENCE);
    this.presence();
    this.flush();
  }

  disconnectedCallback() { clearInterval(this.pulse); clearTimeout(this.timer); }

  touch(event) {
    const question = event.target.closest?.("[data-question]");
    if (!question || event.target.type === "file") return;
    this.changed.add(question.dataset.question);
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(false), PAUSE);
  }

  // The browser sends the page itself: what is kept is forgotten by the next page, which proves that it arrived.
  submitted() {
    this.leaving = true;
    clearTimeout(this.timer);
    try { sessionStorage.setItem(SENT, this.dataset.key); } catch { /* nothing is kept either */ }
  }

  sent() {
    try {
      const key = sessionStorage.getItem(SENT);
      if (key) localStorage.removeItem(key);
      sessionStorage.removeItem(SENT);
    } catch { /* nothing is kept */ }
  }

  // What the changed questions would send, as [name, value] pairs.
  pairs() {
    const pairs = [];
    for (const code of this.changed) {
      const question = this.form.querySelector(`[data-question="${CSS.escape(code)}"]`);
      const names = new Set([...(question?.querySelectorAll("[name]") ?? [])].map((one) => one.name));
      for (const [name, value] of new FormData(this.form)) {
        if (typeof value !== "string") continue;
        if (name === "in" ? value === code : names.has(name)) pairs.push([name, value]);
      }
    }
    return pairs;
  }

  async send(last) {
    if (!this.changed.size || this.leaving || this.busy) return;
    const pairs = this.pairs();
    const codes = [...this.changed];
    this.changed.clear();
    await this.post(pairs, codes, last);
  }

  async post(pairs, codes, last) {
    const body = new URLSearchParams(pairs);
    body.append("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    body.append("seconds", String(Math.round((Date.now() - this.since) / 1000)));
    this.since = Date.now();
    this.busy = true;
    try {
      const answer = await fetch(this.dataset.url, {
        method: "POST", body, keepalive: last, redirect: "manual", headers: { Accept: "application/json" },
      });
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        this.fail(codes, "Vous n'êtes plus connecté : ce que vous écrivez est gardé sur cet appareil. Reconnectez-vous dans un autre onglet.");
      } else if (answer.ok) {
        this.done(await answer.json());
      } else {
        const said = await answer.json().catch(() => ({}));
        this.fail(codes, said.error ?? "Le serveur n'a pas pu enregistrer : c'est gardé sur cet appareil, nouvel essai dans un instant.");
      }
    } catch {
      this.fail(codes, "Pas de réseau : gardé sur cet appareil, envoyé dès qu'il revient.");
    } finally {
      this.busy = false;
    }
    if (this.changed.size) this.timer = setTimeout(() => this.send(false), PAUSE);
  }

  done(said) {
    for (const [code, version] of Object.entries(said.versions)) {
      const input = this.form.elements[`version-${code}`];
      if (input) input.value = String(version);
    }
    if (!this.changed.size) this.forget();
    if (said.conflicts.length) this.choose(said.conflicts);
    this.tell(said.told, "kept");
  }

  fail(codes, words) {
    for (const code of codes) this.changed.add(code);
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(false), RETRY);
    this.tell(words, "failed");
  }

  // Both texts, and the person chooses: the one typed here is saved by the next save, the other by a reload.
  choose(conflicts) {
    this.form.querySelector("[data-conflicts]")?.remove();
    const box = document.createElement("div");
    box.className = "alert is-warning";
    box.dataset.conflicts = "";
    box.setAttribute("role", "alert");
    box.append(this.line("p", "Quelqu'un a écrit en même temps que vous. Rien n'est effacé : choisissez."));
    for (const one of conflicts) {
      box.append(this.line("p", `${one.label} : ${one.who} a écrit à ${one.when} :`), this.line("blockquote", one.theirs));
      const keep = this.line("button", "Garder mon texte");
      const drop = this.line("button", "Prendre l'autre");
      for (const button of [keep, drop]) { button.type = "button"; button.className = "button is-secondary is-small"; }
      keep.addEventListener("click", () => { this.changed.add(one.code); box.remove(); this.send(false); });
      drop.addEventListener("click", () => { this.leaving = true; this.forget(); location.reload(); });
      box.append(keep, " ", drop);
    }
    this.form.prepend(box);
  }

  line(tag, words) {
    const made = document.createElement(tag);
    made.textContent = words;
    return made;
  }

  tell(words, state) {
    if (this.note && words && this.note.textContent !== words) this.note.textContent = words;
    this.dataset.state = state;
  }

  // What is kept on this device until the server has it.
  keep() {
    const kept = { codes: [...this.changed], pairs: this.pairs() };
    try { localStorage.setItem(this.dataset.key, JSON.stringify(kept)); } catch { /* private window: for this page only */ }
  }

  forget() { try { localStorage.removeItem(this.dataset.key); } catch { /* nothing was kept */ } }

  async flush() {
    if (this.changed.size) { this.send(false); return; }
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(this.dataset.key) ?? "null"); } catch { kept = null; }
    if (!kept?.codes?.length) return;
    this.restore(kept.pairs);
    for (const code of kept.codes) this.changed.add(code);
    await this.post(kept.pairs, kept.codes, false);
    if (this.dataset.state === "kept") this.changed.clear();
  }

  // Show again what was typed before the page was closed; a table whose lines are gone is only sent.
  restore(pairs) {
    const names = new Map();
    for (const [name, value] of pairs) names.set(name, [...(names.get(name) ?? []), value]);
    for (const [name, values] of names) {
      if (name === "in" || name.startsWith("version-")) continue;
      for (const input of this.form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (input.type === "checkbox" || input.type === "radio") input.checked = values.includes(input.value);
        else if (values.length === 1) input.value = values[0];
      }
    }
  }

  async presence() {
    if (document.visibilityState === "hidden") return;
    const body = new URLSearchParams({ csrfmiddlewaretoken: this.form.elements.csrfmiddlewaretoken.value });
    try {
      const answer = await fetch(this.dataset.presence, { method: "POST", body, redirect: "error" });
      if (answer.ok) this.others((await answer.json()).others);
    } catch { /* the next one will say */ }
  }

  others(people) {
    const list = document.querySelector("[data-presence]:not(maillage-application)");
    if (!list) return;
    const words = people.map((one) => `${one.who} écrit en ce moment${one.where ? ` « ${one.where} »` : ""}`);
    if (words.join() === [...list.children].map((one) => one.textContent).join()) return;
    list.replaceChildren(...words.map((one) => this.line("li", one)));
  }
}

customElements.define("maillage-application", Application);
