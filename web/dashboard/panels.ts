// Dashboards: full screen, panels dragged to another place, choices that act at once. All of it can be done without, by buttons.

export function panels(): void {
  document.addEventListener("click", event => {
    const button = (event.target as Element).closest<HTMLElement>("[data-fullscreen]");
    if (button) void document.getElementById(button.dataset.fullscreen!)?.requestFullscreen();
  });
  document.addEventListener("change", event => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-submit-on-change]");
    form?.requestSubmit();
  });
  const board = document.querySelector<HTMLElement>("[data-arrange]");
  if (board) arrange(board);
}

function arrange(board: HTMLElement): void {
  let dragged: HTMLElement | null = null;
  const over = (event: DragEvent) => {
    const panel = (event.target as Element).closest<HTMLElement>("[data-panel]");
    return dragged && panel && panel !== dragged ? panel : null;
  };
  const clear = () => board.querySelectorAll(".before").forEach(panel => panel.classList.remove("before"));
  board.addEventListener("dragstart", event => {
    // What is typed in a panel's form may be selected and dragged as ever.
    dragged = (event.target as Element).closest?.("form, .pop") ? null : (event.target as HTMLElement).closest<HTMLElement>("[data-panel]");
    dragged?.classList.add("dragged");
    event.dataTransfer?.setData("text/plain", dragged?.dataset.panel ?? "");
  });
  board.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    clear();
  });
  board.addEventListener("dragover", event => {
    const panel = over(event);
    if (!panel) return;
    event.preventDefault();
    clear();
    panel.classList.add("before");
  });
  board.addEventListener("drop", event => {
    const panel = over(event);
    if (!panel || !dragged) return;
    event.preventDefault();
    const others = [...board.querySelectorAll<HTMLElement>("[data-panel]")].filter(other => other !== dragged);
    // The form of its buttons, with the place it was dropped at.
    const form = dragged.querySelector<HTMLFormElement>('form[action$="/move"]')!;
    const place = document.createElement("input");
    place.type = "hidden";
    place.name = "place";
    place.value = String(others.indexOf(panel));
    form.append(place);
    form.submit();
  });
}
