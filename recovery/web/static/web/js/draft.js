// Drafts: a form with data-draft="id" is kept on this device while it is typed, for this person
// and for a day. It comes back after a closed tab. It goes when the form was sent and the next page
// is neither the entrance (logged out, refused) nor the form with what was typed (data-bound); or
// when the server says so by data-draft-saved="id" or an htmx event "draft-saved" with that id.
(() => {
  const DAY_MS = 86400000;
  const PAUSE_MS = 400;
  const SENT = "recovery:sent";
  const SKIP = "[type=password], [type=file], [type=submit], [type=hidden]:not([data-draft-keep])";
  const keyOf = (id) => `recovery:draft:${document.body.dataset.person ?? ""}:${id}`;

  function read(id) {
    try {
      const draft = JSON.parse(localStorage.getItem(keyOf(id)));
      return draft && Date.now() - draft.at < DAY_MS ? draft : null;
    } catch {
      return null;
    }
  }

  function forget(id) {
    try {
      localStorage.removeItem(keyOf(id));
    } catch {
      // Nothing was kept, nothing to forget.
    }
  }

  function fieldsOf(form) {
    return [...form.elements].filter((field) => field.name && !field.matches(SKIP));
  }

  function say(id, words, at) {
    const place = document.querySelector(`[data-draft-status="${CSS.escape(id)}"]`);
    if (!place) return;
    const time = new Date(at).toLocaleTimeString(document.documentElement.lang, {
      hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    });
    place.querySelector("[data-words]").textContent = place.dataset[words].replace("{time}", time);
    place.hidden = false;
    place.querySelector("[data-draft-discard]").hidden = words !== "restored";
  }

  function keep(form) {
    const id = form.dataset.draft;
    const fields = fieldsOf(form).map((field) => {
      const ticks = field.type === "checkbox" || field.type === "radio";
      return [field.name, ticks ? field.value : null, ticks ? field.checked : field.value];
    });
    try {
      localStorage.setItem(keyOf(id), JSON.stringify({ at: Date.now(), fields }));
    } catch {
      return;
    }
    say(id, "kept", Date.now());
  }

  function restore(form) {
    const draft = read(form.dataset.draft);
    if (!draft || "bound" in form.dataset || "filled" in form.dataset) return;
    for (const [name, value, state] of draft.fields) {
      const field = fieldsOf(form).find(
        (each) => each.name === name && (value === null || each.value === value));
      if (!field) continue;
      if (value === null) field.value = state;
      else field.checked = state;
    }
    say(form.dataset.draft, "restored", draft.at);
    form.dispatchEvent(new CustomEvent("draft-restored", { bubbles: true }));
  }

  const timers = new WeakMap();
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.dataset.draft) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => keep(form), PAUSE_MS));
  });

  // The last word typed must not be lost with the tab.
  addEventListener("pagehide", () => {
    for (const form of document.querySelectorAll("form[data-draft]")) {
      if (timers.has(form) && !("sent" in form.dataset)) keep(form);
    }
  });

  document.addEventListener("click", (event) => {
    const id = event.target.closest("[data-draft-discard]")?.closest("[data-draft-status]")?.dataset.draftStatus;
    if (!id) return;
    forget(id);
    document.querySelector(`form[data-draft="${CSS.escape(id)}"]`)?.reset();
    document.querySelector(`[data-draft-status="${CSS.escape(id)}"]`).hidden = true;
  });

  document.addEventListener("submit", (event) => {
    const id = event.target.dataset.draft;
    if (event.defaultPrevented || !id) return;
    keep(event.target);
    sessionStorage.setItem(SENT, id);
  });

  function settleWhatWasSent() {
    const id = sessionStorage.getItem(SENT);
    sessionStorage.removeItem(SENT);
    if (!id) return;
    const form = `form[data-draft="${CSS.escape(id)}"]`;
    const back = `.entrance, ${form}[data-bound], ${form} [aria-invalid=true], ${form} [data-focus]`;
    if (!document.querySelector(back)) forget(id);
  }

  settleWhatWasSent();
  document.addEventListener("draft-saved", (event) => forget(event.detail.value ?? event.detail.draft));
  for (const done of document.querySelectorAll("[data-draft-saved]")) forget(done.dataset.draftSaved);
  for (const form of document.querySelectorAll("form[data-draft]")) restore(form);
})();
