// The tour's cards come one at a time, each beside a mark around what it is about. Which one is remembered until the browser closes, whether
// it was put away for longer (a cookie of the server's).
const key = "sightline-tour";

const section = () => document.querySelector<HTMLElement>("#tour");

function show(step: number): void {
  const tour = section();
  if (!tour) return;
  const cards = [...tour.querySelectorAll("li")];
  const at = Math.min(Math.max(step, 0), cards.length - 1);
  cards.forEach((card, index) => card.classList.toggle("shown", index === at));
  const [back, next] = tour.querySelectorAll<HTMLButtonElement>("[data-tour-step]");
  back!.disabled = at === 0;
  next!.textContent = at === cards.length - 1 ? "Done" : "Next";
  sessionStorage.setItem(key, String(at));
  mark();
}

/** Around what the present card is about; again after a part of the page was swapped. */
function mark(): HTMLElement | null {
  for (const old of document.querySelectorAll(".tour-at")) old.classList.remove("tour-at");
  const target = document.querySelector<HTMLElement>(section()?.querySelector<HTMLElement>("li.shown")?.dataset.at ?? "#none");
  target?.classList.add("tour-at");
  return target;
}

function step(by: number): void {
  const tour = section();
  if (!tour) return;
  const at = [...tour.querySelectorAll("li")].findIndex(card => card.classList.contains("shown")) + by;
  if (at === tour.querySelectorAll("li").length) { closeTour(); return; }
  show(at);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  document.querySelector(".tour-at")?.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}

/** Puts it away and says whether it was there. */
export function closeTour(): boolean {
  const tour = section();
  if (!tour) return false;
  void fetch(tour.dataset.tour!, { redirect: "manual" });
  sessionStorage.removeItem(key);
  const held = tour.contains(document.activeElement);
  tour.remove();
  mark();
  if (held) document.getElementById("main")?.focus({ preventScroll: true });
  return true;
}

export function tour(): void {
  const found = section();
  if (!found) return;
  // What it says is read out as it comes.
  found.querySelector("ol")!.setAttribute("aria-live", "polite");
  show(Number(sessionStorage.getItem(key) ?? 0));
  found.addEventListener("click", event => {
    const target = event.target as Element;
    const by = target.closest<HTMLElement>("[data-tour-step]")?.dataset.tourStep;
    if (by) step(Number(by));
    if (target.closest("[data-tour-close]")) { event.preventDefault(); closeTour(); }
  });
  document.addEventListener("htmx:afterSwap", mark);
}
