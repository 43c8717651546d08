// Lets the browser make a passkey and sends it with the form.

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

for (const form of document.querySelectorAll("[data-behaviour='passkey-add']")) {
  const says = form.querySelector("[data-says]");
  const button = form.querySelector("button");
  const isAble = isSecureContext && "PublicKeyCredential" in window;
  form.querySelector("[data-able]").hidden = !isAble;
  form.querySelector("[data-unable]").hidden = isAble;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!isAble || !form.reportValidity()) return;
    button.setAttribute("aria-busy", "true");
    says.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await made(form.dataset.options));
      form.submit();
    } catch (error) {
      button.removeAttribute("aria-busy");
      const { cancelled, known, failed } = form.dataset;
      says.textContent = { NotAllowedError: cancelled, AbortError: cancelled, InvalidStateError: known }[error.name] ?? failed;
      says.hidden = false;
    }
  });
}

async function made(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" });
  const options = await answer.json();
  options.challenge = toBytes(options.challenge);
  options.user.id = toBytes(options.user.id);
  options.excludeCredentials = (options.excludeCredentials ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));
  const { id, rawId, type, response, authenticatorAttachment } = await navigator.credentials.create({ publicKey: options });
  return {
    id,
    rawId: toText(rawId),
    type,
    authenticatorAttachment,
    clientExtensionResults: {},
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}
