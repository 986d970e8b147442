/**
 * Forms that a passkey fills in: `data-passkey` says whether one is made or used. The server's options go to the browser, what comes back goes
 * into the form's hidden field, and the form is sent as any other.
 */
export function usePasskeys(forms: Iterable<HTMLFormElement>): void {
  // Browsers since 2025 have both; an older one is shown the other ways in.
  if (typeof PublicKeyCredential === "undefined" || !("parseRequestOptionsFromJSON" in PublicKeyCredential)) return;
  for (const form of forms) {
    form.hidden = false;
    form.addEventListener("submit", event => {
      event.preventDefault();
      void send(form);
    });
  }

  for (const missing of document.querySelectorAll<HTMLElement>("[data-passkey-missing]")) missing.hidden = true;
}

async function send(form: HTMLFormElement): Promise<void> {
  const fault = form.querySelector<HTMLElement>("[data-passkey-fault]")!;
  const button = form.querySelector<HTMLButtonElement>("button[type=submit]")!;
  fault.hidden = true;
  button.disabled = true;
  try {
    const credential = await ask(form);
    form.querySelector<HTMLInputElement>("input[data-credential]")!.value = JSON.stringify(credential);
    form.submit();
  } catch (error) {
    fault.textContent = explain(error);
    fault.hidden = false;
    button.disabled = false;
    button.focus();
  }
}

async function ask(form: HTMLFormElement): Promise<unknown> {
  const token = form.querySelector<HTMLInputElement>("input[name=__RequestVerificationToken]")!;
  const answer = await fetch(form.dataset.options ?? `${form.action}/options`, { method: "POST", body: new URLSearchParams({ [token.name]: token.value }) });
  if (!answer.headers.get("content-type")?.startsWith("application/json")) throw new Said("This page is too old. Load it again.");
  const options = await answer.json() as PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON & { message?: string };
  if (!answer.ok) throw new Said(options.message ?? "That did not work. Load the page again.");
  const credential = form.dataset.passkey === "make"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  return (credential as PublicKeyCredential).toJSON();
}

class Said extends Error {}

function explain(error: unknown): string {
  if (error instanceof Said) return error.message;
  switch ((error as DOMException).name) {
    case "NotAllowedError": return "Nothing was chosen, or it took too long. Try again.";
    case "InvalidStateError": return "This device has a passkey for this account already.";
    case "SecurityError": return "Passkeys do not work under this address: open this server under its own name, by https.";
    default: return "The browser could not use a passkey here. Try again, or use another way.";
  }
}
