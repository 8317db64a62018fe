// Saves what is typed: within two seconds of the last keystroke to the server, at once to this
// browser, so that a dead network, a reload or a signed-out session loses nothing.

"use strict";

(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const state = form.querySelector("[data-save-state]");
  const store = `uaip-draft/${form.dataset.keep}`;
  const OURS = /^([fgt]-|reply$)/;
  const WAIT = 1500;
  const RETRY = 5000;
  let timer = 0;
  let dirty = false;
  let sending = false;
  let leaving = false;
  let stopped = false;
  let waiting = null;
  let calm = 0;

  function entries() {
    return [...new FormData(form)].filter(([name, value]) => OURS.test(name) && typeof value === "string");
  }

  function say(text, bad = false) {
    state.textContent = text;
    clearTimeout(calm);
    state.classList.add("is-live");
    state.classList.toggle("is-bad", bad);
  }

  function keepHere() {
    try {
      localStorage.setItem(store, JSON.stringify({ version: form.elements.answer_version.value, entries: entries() }));
    } catch {
      // A full or forbidden storage only means that the server is the one keeper.
    }
  }

  function forgetHere() {
    try {
      localStorage.removeItem(store);
    } catch {
      // As above.
    }
  }

  function changed() {
    if (stopped) return;
    dirty = true;
    keepHere();
    say("Not saved yet");
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  }

  async function save() {
    clearTimeout(timer);
    if (sending || stopped || !dirty) return;
    sending = true;
    dirty = false;
    say("Saving…");
    try {
      const reply = await fetch(form.dataset.draft, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
        credentials: "same-origin",
        redirect: "manual",
        signal: AbortSignal.timeout(10000),
      });
      await understand(reply);
    } catch {
      retryLater("Not saved: offline, will retry");
    }
    sending = false;
    if (waiting) {
      const button = waiting;
      waiting = null;
      form.requestSubmit(button);
      return;
    }
    if (dirty && !stopped) timer = setTimeout(save, WAIT);
  }

  async function understand(reply) {
    if (reply.ok) {
      const body = await reply.json();
      form.elements.draft_version.value = body.version;
      if (!dirty) {
        forgetHere();
        say(`Saved ${body.saved_at}`);
        calm = setTimeout(() => state.classList.remove("is-live"), 4000);
      }
      return;
    }
    if (reply.status === 409) {
      const body = await reply.json();
      stopped = true;
      dirty = true;
      if (body.conflict) offerBoth();
      else say(body.sentence, true);
      return;
    }
    if (reply.type === "opaqueredirect" || reply.status === 403) {
      dirty = true;
      say("Not saved: you are signed out. Your text is kept in this browser; sign in and open this page again.", true);
      return;
    }
    retryLater("Not saved: the server did not answer, will retry");
  }

  function retryLater(words) {
    dirty = true;
    say(words, true);
    clearTimeout(timer);
    timer = setTimeout(save, RETRY);
  }

  // Another tab or person saved first: the server shows both versions side by side.
  function offerBoth() {
    say("Not saved: there is a newer version. ", true);
    const button = document.createElement("button");
    button.className = "link";
    button.type = "submit";
    button.name = "action";
    button.value = "stay";
    button.textContent = "Show both";
    state.append(button);
  }

  function restore() {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(store));
    } catch {
      return;
    }
    if (!kept || !Array.isArray(kept.entries)) return;
    if (kept.version !== form.elements.answer_version.value) {
      // It was submitted since; what is kept here is an older text.
      forgetHere();
      return;
    }
    if (JSON.stringify(kept.entries) === JSON.stringify(entries())) {
      forgetHere();
      return;
    }
    fill(kept.entries);
    changed();
    say("Restored from this browser, not saved yet");
  }

  function fill(kept) {
    document.dispatchEvent(new CustomEvent("uaip:rows", { detail: kept.filter(([name]) => name.endsWith("-row")) }));
    const values = new Map();
    kept.forEach(([name, value]) => values.set(name, [...(values.get(name) ?? []), value]));
    for (const input of form.elements) {
      if (!OURS.test(input.name) || input.name.endsWith("-row")) continue;
      const held = values.get(input.name) ?? [];
      if (input.type === "radio" || input.type === "checkbox") input.checked = held.includes(input.value);
      else input.value = held[0] ?? "";
    }
    showWhatApplies(document);
  }

  // The reply stands outside the form's own lines, so the whole page is listened to.
  function typed(event) {
    if (event.target.form === form && OURS.test(event.target.name)) changed();
  }

  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  document.addEventListener("uaip:changed", changed);
  form.addEventListener("submit", (event) => {
    // A save that is under way must arrive first, or it would look like another tab's.
    if (sending) {
      event.preventDefault();
      waiting = event.submitter;
      return;
    }
    leaving = true;
    stopped = true;
    clearTimeout(timer);
    if (dirty || sending) keepHere();
  });
  window.addEventListener("online", () => dirty && save());
  window.addEventListener("beforeunload", (event) => {
    if (dirty && !leaving) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && dirty) save();
  });
  document.addEventListener("DOMContentLoaded", restore);
})();
