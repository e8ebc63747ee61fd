// A button that copies a field; without script, or where it may not, the field is there to be marked.
(() => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      field.select();
      await navigator.clipboard.writeText(field.value);
      document.getElementById("live").textContent = button.dataset.copied;
    });
  }
})();
