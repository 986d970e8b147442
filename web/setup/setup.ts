import { followFirstEvent } from "./first-event.js";
import { usePasskeys } from "./passkeys.js";

// Pages work without this: what only a script can do stays hidden until here.
for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
  const source = document.getElementById(button.dataset.copy!);
  const label = button.textContent;
  button.hidden = !source;
  button.addEventListener("click", () => void copy(source!).then(done => {
    button.textContent = done ? "Copied" : "Press Ctrl+C to copy";
    setTimeout(() => { button.textContent = label; }, 2000);
  }));
}

for (const select of document.querySelectorAll<HTMLSelectElement>("select[data-guess-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...select.options].some(option => option.value === zone)) select.value = zone;
}

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-download]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const lines = [...document.getElementById(button.dataset.download!)!.querySelectorAll("code")].map(code => code.textContent);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/plain" }));
    link.download = button.dataset.file!;
    link.click();
    URL.revokeObjectURL(link.href);
  });
}

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

usePasskeys(document.querySelectorAll<HTMLFormElement>("form[data-passkey]"));

for (const place of document.querySelectorAll<HTMLElement>("[data-live-first]")) followFirstEvent(place);

async function copy(source: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(source.textContent ?? "");
    return true;
  } catch {
    // Not over https, or not allowed: select it, so that the person can.
    getSelection()?.selectAllChildren(source);
    return false;
  }
}
