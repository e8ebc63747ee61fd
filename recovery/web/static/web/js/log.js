// The log form: words that suggest a risk tick "at risk right now", until the person decides.
(() => {
  const box = document.querySelector("#id_at_risk");
  const form = document.querySelector("#log-form");
  if (!box || !form) return;
  let decided = box.checked;
  box.addEventListener("change", () => {
    decided = true;
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "alike" && !decided) {
      box.checked = Boolean(event.detail.target.querySelector("[data-risk]"));
    }
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
})();
