// Lets the browser answer with a passkey and sends the answer with the form: at the press of the button, or, where a
// field of the page says so, as soon as one is chosen among the suggestions for the mail address.

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const toText = (bytes) => bytes && btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const suggests = document.querySelector("[autocomplete~='webauthn']");
let waiting = null; // for a suggestion to be chosen; the browser answers one request at a time

for (const form of document.querySelectorAll("[data-behaviour='passkey-sign-in']")) {
  const says = form.querySelector("[data-says]");
  const button = form.querySelector("button");
  const isAble = isSecureContext && "PublicKeyCredential" in window;
  form.querySelector("[data-able]").hidden = !isAble;
  form.querySelector("[data-unable]").hidden = isAble;
  if (!isAble) continue;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    waiting?.abort();
    button.setAttribute("aria-busy", "true");
    says.hidden = true;
    try {
      await send(form, {});
    } catch (error) {
      button.removeAttribute("aria-busy");
      const { cancelled, failed } = form.dataset;
      says.textContent = { NotAllowedError: cancelled, AbortError: cancelled }[error.name] ?? failed;
      says.hidden = false;
    }
  });

  if (suggests) suggest(form);
}

async function suggest(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  // Asked for when the field is entered: a challenge lives five minutes, and many only pass by.
  suggests.addEventListener("focus", () => wait(form), { once: true });
  if (document.activeElement === suggests) wait(form);
}

function wait(form) {
  waiting ??= new AbortController();
  send(form, { mediation: "conditional", signal: waiting.signal }).catch(() => {}); // nobody asked aloud, so nobody is told
}

async function send(form, how) {
  const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" }, redirect: "error" });
  const publicKey = await answer.json();
  publicKey.challenge = toBytes(publicKey.challenge);
  publicKey.allowCredentials = (publicKey.allowCredentials ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));
  const { id, rawId, type, response, authenticatorAttachment } = await navigator.credentials.get({ publicKey, ...how });
  form.elements.credential.value = JSON.stringify({
    id,
    rawId: toText(rawId),
    type,
    authenticatorAttachment,
    clientExtensionResults: {},
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: toText(response.userHandle),
    },
  });
  form.submit();
}
