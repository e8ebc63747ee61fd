// What went wrong is read first: focus goes to the summary of errors, on load and after a swap.
(() => {
  const look = (place) => place.querySelector("[data-focus]")?.focus();
  look(document);
  document.addEventListener("htmx:afterSettle", (event) => look(event.target));
})();
