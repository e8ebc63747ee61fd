// Keys: / search, ? list of keys, j k along the rows of a list, x select, Ctrl Enter sends the
// form, and any element with data-key="n" is pressed by that key. Single keys can be switched off.
(() => {
  const SWITCH = "recovery:keys";
  const ROWS = "[data-row], main .table tbody tr:has(a)";
  const typing = (node) => node.closest("input, textarea, select, [contenteditable]") !== null;

  function singleKeys() {
    try {
      return localStorage.getItem(SWITCH) !== "off";
    } catch {
      return true;
    }
  }

  function move(step) {
    const rows = [...document.querySelectorAll(ROWS)];
    if (!rows.length) return;
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const at = here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step;
    const row = rows[Math.max(0, Math.min(rows.length - 1, at))];
    (row.querySelector("[data-main]") ?? row.querySelector("a"))?.focus();
    row.scrollIntoView({ block: "nearest" });
  }

  const DO = {
    "/": () => document.getElementById("q")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
    j: () => move(1),
    k: () => move(-1),
    x: () => document.activeElement.closest(ROWS)?.querySelector("[type=checkbox]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.target.form?.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || document.querySelector("dialog[open]:modal") || !singleKeys()) return;
    const pressed = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    const act = DO[event.key] ?? (pressed && (() => pressed.click()));
    if (!act) return;
    event.preventDefault();
    act();
  });

  const box = document.querySelector("[data-keys-switch]");
  if (!box) return;
  box.checked = singleKeys();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(SWITCH, box.checked ? "on" : "off");
    } catch {
      // A device that keeps nothing keeps the keys on.
    }
  });
})();
