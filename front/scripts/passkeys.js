// <maillage-passkey>: a button that lets the browser create or use a passkey, then sends its answer by
// the form inside. Hidden until we know that the browser can.
//   data-does="create" | "get" | "login"; data-options: id of the JSON of the page, data-options-url: of login
//   data-failed: the sentence to show when the device gave up

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function forBrowser(options) {
  const ready = { ...options, challenge: bytes(options.challenge) };
  if (options.user) ready.user = { ...options.user, id: bytes(options.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) ready[list] = options[list].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return ready;
}

function forServer(credential) {
  const { response } = credential;
  const fields = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: Object.fromEntries(fields.filter((name) => response[name]).map((name) => [name, text(response[name])])),
  };
}

class Passkey extends HTMLElement {
  connectedCallback() {
    if (!window.PublicKeyCredential) return;
    this.hidden = false;
    this.button = this.querySelector("button[type=button]");
    this.button.addEventListener("click", () => this.run());
    this.querySelector("form").addEventListener("submit", (event) => {
      if (this.querySelector("[name=credential]").value) return;
      event.preventDefault();
      this.run();
    });
  }

  async options() {
    if (this.dataset.does !== "login") return JSON.parse(document.getElementById(this.dataset.options).textContent);
    const answer = await fetch(this.dataset.optionsUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  }

  async run() {
    const status = this.querySelector("[role=status]");
    status.textContent = "";
    this.button.disabled = true;
    try {
      const data = await this.options();
      const credential = this.dataset.does === "create"
        ? await navigator.credentials.create({ publicKey: this.asPasskey(data.creation_options.publicKey) })
        : await navigator.credentials.get({ publicKey: forBrowser(data.request_options.publicKey) });
      this.querySelector("[name=credential]").value = JSON.stringify(forServer(credential));
      this.querySelector("form").submit();
    } catch {
      status.textContent = this.dataset.failed;
      this.button.disabled = false;
    }
  }

  // Kept by the device, and opened by whoever holds it only.
  asPasskey(options) {
    const asked = { ...options.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" };
    return { ...forBrowser(options), authenticatorSelection: asked };
  }
}

customElements.define("maillage-passkey", Passkey);
