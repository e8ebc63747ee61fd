// Toasts go by themselves when they only inform, and wait while somebody is on them.
(() => {
  const STAY_MS = 9000;

  function leaveLater(toast) {
    if (toast.dataset.toast === "stay") return;
    let timer;
    const start = () => { timer = setTimeout(() => toast.remove(), STAY_MS); };
    const wait = () => clearTimeout(timer);
    for (const on of ["pointerenter", "focusin"]) toast.addEventListener(on, wait);
    for (const off of ["pointerleave", "focusout"]) toast.addEventListener(off, start);
    start();
  }

  document.addEventListener("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest(".toast")?.remove();
  });

  // What can be done only for some seconds goes when they are over.
  document.querySelectorAll("[data-gone-after]").forEach((offer) => {
    setTimeout(() => offer.remove(), Number(offer.dataset.goneAfter) * 1000);
  });

  const place = document.getElementById("toasts");
  if (!place) return;

  // What htmx could not send, or got no page for, is said instead of lost in silence.
  for (const lost of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(lost, () => {
      place.replaceChildren(document.getElementById("toast-lost").content.cloneNode(true));
    });
  }

  place.querySelectorAll("[data-toast]").forEach(leaveLater);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.matches?.("[data-toast]")) leaveLater(node);
    }
  }).observe(place, { childList: true });
})();
