// Small conveniences on every page; each of them enhances something that works without it.

"use strict";

// Textareas grow where the browser does not do it by itself (field-sizing: content).
const growsAlone = CSS.supports("field-sizing", "content");

function grow(area) {
  if (growsAlone) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea[data-grow]")) grow(event.target);
});

document.addEventListener("click", (event) => {
  const asking = event.target.closest("[data-confirm]");
  if (asking && !window.confirm(asking.dataset.confirm)) event.preventDefault();
  // A link from the error summary puts the cursor into the input.
  const link = event.target.closest(".summary a[href^='#']");
  if (link) {
    const target = document.getElementById(link.hash.slice(1));
    target?.closest("details")?.setAttribute("open", "");
    const input = target?.matches("input, select, textarea") ? target : target?.querySelector("input:not([type=hidden]), select, textarea");
    if (input) {
      event.preventDefault();
      input.focus();
      input.scrollIntoView({ block: "center", inline: "center" });
    }
  }
});

// A secret that is shown once: to the clipboard, where the browser lets us.
document.addEventListener("click", async (event) => {
  const copier = event.target.closest("[data-copy]");
  if (!copier) return;
  const source = document.getElementById(copier.dataset.copy);
  const said = document.querySelector("[data-copied]");
  source.select();
  try {
    await navigator.clipboard.writeText(source.value);
    said.textContent = "Copied.";
  } catch {
    said.textContent = "It is selected: press Ctrl+C.";
  }
});

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-copy]").forEach((copier) => {
    copier.hidden = false;
  });
  document.querySelectorAll("textarea[data-grow]").forEach(grow);
  // Screen readers hear at once what went wrong.
  document.querySelector("[data-focus]")?.focus();
  showWhatApplies(document);
});

// Fields that apply only with certain choices on the same card.
function chosen(name) {
  const inputs = [...document.getElementsByName(name)];
  return inputs.flatMap((input) => {
    if (input.type === "radio" || input.type === "checkbox") return input.checked ? [input.value] : [];
    return [input.value];
  });
}

function showWhatApplies(root) {
  root.querySelectorAll("[data-show-field]").forEach((part) => {
    const wanted = JSON.parse(part.dataset.showValues);
    const applies = chosen(part.dataset.showField).some((value) => wanted.includes(value));
    part.hidden = !applies;
    part.querySelectorAll("input, select, textarea").forEach((input) => {
      input.disabled = !applies;
    });
  });
}

document.addEventListener("change", () => showWhatApplies(document));

// A part that asks for itself again must not show the sign-in page in its place.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.xhr.responseURL.includes("/accounts/login/")) return;
  event.detail.shouldSwap = false;
  const words = document.createElement("p");
  words.className = "notice is-warn";
  words.textContent = "You are signed out. Sign in and open this page again.";
  event.detail.target.replaceWith(words);
});
