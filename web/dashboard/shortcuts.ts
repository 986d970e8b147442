// One key each, shown beside what it does: an element with data-key is clicked. Never while somebody writes.
import { closeOne } from "./menus";
import { closeTour } from "./tour";

export function shortcuts(): void {
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target as HTMLElement;
    const writes = target.matches("input, select, textarea, [contenteditable]");
    if (event.key === "Escape") {
      if (closeOne()) event.preventDefault();
      else if (writes) target.blur();
      else if (!document.querySelector("dialog[open]") && !closeTour()) press("Escape");
      return;
    }
    if (writes || document.querySelector("dialog[open]")) return;
    if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && target.closest(".tabs, .segments, .scroll, .wrap, .places, .plot, details[open]")) return;
    if (event.key === "/") {
      const search = document.querySelector<HTMLElement>("[data-search]");
      if (search) { event.preventDefault(); search.focus(); }
      return;
    }
    if (event.key.toLowerCase() === "f") {
      const filter = document.querySelector<HTMLDetailsElement>("#add-filter");
      if (filter) { event.preventDefault(); filter.open = true; }
      return;
    }
    if (press(event.key)) event.preventDefault();
  });
}

function press(key: string): boolean {
  const wanted = key.length === 1 ? key.toLowerCase() : key;
  const element = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(wanted)}"]`);
  element?.click();
  return element !== null;
}
