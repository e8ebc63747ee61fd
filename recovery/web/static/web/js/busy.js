// A form that is on its way says so and cannot be sent twice; coming back makes it usable again.
(() => {
  const freed = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog") return;
    if ("sent" in form.dataset) {
      event.preventDefault();
      return;
    }
    if (form.method === "get") return;
    form.dataset.sent = "";
    event.submitter?.setAttribute("aria-busy", "true");
  });

  addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach(freed));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest("form");
    if (form) freed(form);
  });
})();
