// Hands allauth's passkey script what the page's form says, and shows when a device refuses.

"use strict";

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-passkey]").forEach((form) => {
    window.allauth.webauthn.forms[form.dataset.passkey]({ ids: JSON.parse(form.dataset.passkeyIds) });
  });
});

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.querySelectorAll("[data-passkey-fault]").forEach((words) => {
    words.hidden = false;
  });
});
