// The log form: looks for the same thing while it is typed; words that suggest a risk tick "at
// risk right now" until the person decides; a text that is too long is said so before it is sent.
(() => {
  const form = document.querySelector("#log-form");
  const look = document.querySelector("#look");
  if (!form || !look) return;
  const box = form.elements.at_risk;
  const words = form.elements.what_happened;
  const MOST_LOOKED_AT = { what_happened: 2000, service_reference: 80, people: 400 };

  // What the server sent back is what the person decided.
  let decided = "bound" in form.dataset || box.checked;
  box.addEventListener("change", () => {
    decided = true;
    document.querySelector("#risk-why").textContent = "";
  });

  look.addEventListener("htmx:configRequest", (event) => {
    const sent = event.detail.parameters;
    for (const [name, most] of Object.entries(MOST_LOOKED_AT)) {
      sent.set(name, String(sent.get(name) ?? "").slice(0, most));
    }
  });

  // Signed out meanwhile, the answer is the login page: it has no place here.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "alike") return;
    const from = new URL(event.detail.xhr.responseURL || location.href);
    event.detail.shouldSwap &&= from.pathname === look.getAttribute("hx-post");
  });

  document.body.addEventListener("htmx:afterSwap", (event) => {
    const found = event.detail.target;
    if (found.id !== "alike") return;
    const live = document.querySelector("#live");
    const said = found.querySelector("[data-say]")?.dataset.say ?? "";
    if (live && live.textContent !== said) live.textContent = said;
    if (decided) return;
    const risk = found.querySelector("[data-risk]");
    box.checked = risk !== null;
    document.querySelector("#risk-why").textContent = risk?.textContent ?? "";
  });

  function measure() {
    const most = Number(words.dataset.most);
    const length = words.value.trim().length;
    const said = look.dataset.tooLong.replace("{most}", most).replace("{length}", length);
    words.setCustomValidity(length > most ? said : "");
  }
  words.addEventListener("input", measure);

  // A draft that came back, or a form sent back, has words already. htmx is ready by then.
  document.addEventListener("DOMContentLoaded", () => {
    measure();
    if (words.value.trim()) htmx.trigger(look, "look");
  });
})();
