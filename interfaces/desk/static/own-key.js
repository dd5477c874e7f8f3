// Lets a button use a key of the reader's own (WebAuthn). What the browser answers is put into the form and sent with it.
"use strict";

const asked = {
  create: (options) => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  get: (options) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
};

for (const button of document.querySelectorAll("button[data-key]")) {
  const field = button.form.elements.namedItem(button.dataset.into);
  const told = document.getElementById(button.dataset.told);
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    told.hidden = true;
    if (!button.form.reportValidity()) return;
    const { do: what, options } = JSON.parse(button.dataset.key);
    try {
      field.value = JSON.stringify(await asked[what](options));
    } catch {
      told.hidden = false;
      told.focus();
      return;
    }
    button.form.requestSubmit(button);
  });
}
