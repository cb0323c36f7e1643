// A scenario written by hand: what is given and what remains, as amounts are typed. The server counts again.

const FORMAT = new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" });

// Whole cents, so that sums do not drift; NaN for what is no amount.
function cents(text) {
  const clean = text.replace(/[\s€]/gu, "").replace(",", ".");
  if (clean === "") return 0;
  return /^\d+(\.\d{1,2})?$/u.test(clean) ? Math.round(Number(clean) * 100) : Number.NaN;
}

class JuryTotal extends HTMLElement {
  connectedCallback() {
    this.available = Math.round(Number(this.dataset.available) * 100);
    this.onInput = () => this.count();
    this.addEventListener("input", this.onInput);
    this.count();
  }

  disconnectedCallback() { this.removeEventListener("input", this.onInput); }

  count() {
    let given = 0;
    for (const field of this.querySelectorAll("[data-amount]")) {
      const value = cents(field.value);
      field.toggleAttribute("aria-invalid", Number.isNaN(value));
      given += Number.isNaN(value) ? 0 : value;
    }
    const left = this.available - given;
    this.querySelector("[data-given]").textContent = FORMAT.format(given / 100);
    const shown = this.querySelector("[data-left]");
    shown.textContent = FORMAT.format(left / 100);
    shown.classList.toggle("jury-over", left < 0);
    this.querySelector(".jury-total [hidden]")?.removeAttribute("hidden");
  }
}

if (!customElements.get("jury-total")) customElements.define("jury-total", JuryTotal);
