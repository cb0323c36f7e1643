// Sums of a budget while it is typed. What is said is what the server says.
function cents(typed) {
  const plain = typed.replace(/[\s\u00a0\u202f]|€/g, "").replace(",", ".");
  return /^\d{1,10}(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : 0;
}

function euros(amount) {
  const digits = { minimumFractionDigits: amount % 100 ? 2 : 0, maximumFractionDigits: 2 };
  return `${(amount / 100).toLocaleString("fr-FR", digits)}\u00a0€`;
}

class Budget extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", () => this.sum());
    this.sum();
  }

  sum() {
    const sums = {};
    for (const side of ["charges", "produits"]) {
      const lines = this.querySelector(`maillage-lines[data-side="${side}"]`);
      sums[side] = [...lines.querySelectorAll("[data-amount]")].reduce((total, one) => total + cents(one.value), 0);
      this.querySelector(`[data-sum="${side}"]`).textContent = euros(sums[side]);
    }
    const gap = sums.charges - sums.produits;
    const balance = this.querySelector("[data-balance]");
    balance.classList.toggle("is-even", gap === 0);
    const words = gap === 0
      ? "Charges et produits sont égaux."
      : `Il manque ${euros(Math.abs(gap))} de ${gap > 0 ? "produits" : "charges"}.`;
    if (balance.textContent !== words) balance.textContent = words;
  }
}

customElements.define("maillage-budget", Budget);
