// The only strings this site turns into HTML or script addresses. Everything else is refused by the
// browser (Content-Security-Policy: require-trusted-types-for 'script').

const FORBIDDEN = "script, iframe, object, embed, base, meta, link, form[action^='http']";
const SUSPECT = /<(script|iframe|object|embed|base|meta|link)\b|\son\w+\s*=|javascript:/i;

function scrub(root) {
  for (const node of root.querySelectorAll("*")) {
    if (node.matches(FORBIDDEN)) { node.remove(); continue; }
    for (const { name, value } of [...node.attributes]) {
      if (name.startsWith("on") || /^\s*javascript:/i.test(value)) node.removeAttribute(name);
    }
    if (node instanceof HTMLTemplateElement) scrub(node.content);
  }
}

export function installTrustedTypes() {
  if (!window.trustedTypes || window.trustedTypes.defaultPolicy) return;
  // Used here only, to parse what will be cleaned before anyone sees it.
  const inner = window.trustedTypes.createPolicy("maillage", { createHTML: (html) => html });
  window.trustedTypes.createPolicy("default", {
    createHTML(html) {
      if (!SUSPECT.test(html)) return html;
      const template = document.createElement("template");
      template.innerHTML = inner.createHTML(html);
      scrub(template.content);
      return template.innerHTML;
    },
    createScriptURL(address) {
      const url = new URL(address, document.baseURI);
      if (url.origin !== location.origin) throw new TypeError("script from elsewhere refused");
      return url.href;
    },
  });
}
