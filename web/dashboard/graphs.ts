// Graphs are drawn by the server. When the page is idle the one that answers the pointer takes their place.
import type { Mount } from "./chart";

let chart: Promise<{ mount: Mount }> | undefined;
let ready: { mount: Mount } | undefined;

function load(): Promise<{ mount: Mount }> {
  // The address holds the content's name, so the page tells it.
  return chart ??= import(document.documentElement.dataset.chart!).then(module => ready = module as { mount: Mount });
}

function mountAll(): void {
  for (const plot of document.querySelectorAll<HTMLElement>(".plot[data-graph]:not(.on)")) {
    // After a swap at once, before the next paint: nothing flickers.
    if (ready) ready.mount(plot);
    else void load().then(module => module.mount(plot));
  }
}

export function graphs(): void {
  if ("requestIdleCallback" in window) requestIdleCallback(mountAll, { timeout: 1500 });
  else setTimeout(mountAll, 200);
  document.addEventListener("htmx:afterSwap", mountAll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const plot of document.querySelectorAll(".plot.on")) plot.classList.remove("on");
    mountAll();
  });
}
