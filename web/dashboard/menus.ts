// <details class="menu"> opens by itself; this closes it: on Escape, on a click elsewhere, when another opens. Dialogs open here.

const open = () => [...document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")];

/** Closes the innermost open thing and says whether there was one. */
export function closeOne(): boolean {
  const menu = open().at(-1);
  if (!menu) return false;
  menu.open = false;
  menu.querySelector("summary")?.focus();
  return true;
}

export function menus(): void {
  document.addEventListener("toggle", event => {
    const menu = event.target as HTMLElement;
    if (!(menu instanceof HTMLDetailsElement) || !menu.matches(".menu") || !menu.open) return;
    for (const other of open()) if (other !== menu && !other.contains(menu)) other.open = false;
    // What one opens a form for is its first field; what begins with things to choose keeps the focus on what opened it.
    const first = menu.querySelector<HTMLElement>(".pop :is(a[href], button, select, textarea, input:not([type=hidden]))");
    if (first?.matches("select, textarea, input")) first.focus();
  }, true);
  document.addEventListener("click", event => {
    const target = event.target as Element;
    for (const menu of open()) if (!menu.contains(target)) menu.open = false;
    const opener = target.closest<HTMLElement>("[data-dialog]");
    if (opener) (document.getElementById(opener.dataset.dialog ?? "") as HTMLDialogElement | null)?.showModal();
    // A click on the backdrop is one on the dialog itself.
    if (target instanceof HTMLDialogElement) target.close();
    const copy = target.closest<HTMLElement>("[data-copy]");
    if (copy) void navigator.clipboard.writeText(copy.dataset.copy ?? "").then(() => { copy.textContent = "Copied"; });
  });
}
