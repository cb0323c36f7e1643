// Small behaviours named by a data attribute; each element stays usable without them.

function printPage(button) { button.addEventListener("click", () => window.print()); button.hidden = false; }

function copyText(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const label = button.querySelector("[data-label]") ?? button;
    const before = label.textContent;
    label.textContent = "Copié";
    setTimeout(() => { label.textContent = before; }, 2000);
  });
}

// A select or checkbox that sends its form as soon as it changes.
function autoSubmit(event) {
  const field = event.target.closest?.("[data-autosubmit]");
  if (field?.form) field.form.requestSubmit();
}

// A menu or a facet (<details>) closes on Escape and on a click elsewhere, as people expect of a menu.
function closeMenus(event) {
  for (const menu of document.querySelectorAll("details:is(.menu, .facet)[open]")) {
    const key = event.type === "keydown";
    if (key && event.key !== "Escape") continue;
    if (!key && menu.contains(event.target)) continue;
    menu.open = false;
    if (key && menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  }
}

// "Select all" of a table: the checkbox names the others.
function checkAll(event) {
  const box = event.target.closest?.("[data-check-all]");
  if (!box) return;
  for (const other of document.getElementsByName(box.dataset.checkAll)) other.checked = box.checked;
}

export function bindSmallThings() {
  for (const button of document.querySelectorAll("[data-print]")) printPage(button);
  for (const button of document.querySelectorAll("[data-copy]")) copyText(button);
  document.addEventListener("change", autoSubmit);
  document.addEventListener("change", checkAll);
  document.addEventListener("click", closeMenus);
  document.addEventListener("keydown", closeMenus);
  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();
}
