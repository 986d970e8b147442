// Numbers that come by themselves: the badge on the overview, and everything on the realtime page.
import { realtime, type Tick } from "./realtime";

export function live(): void {
  let source: EventSource | undefined;
  const connect = () => {
    const element = document.querySelector<HTMLElement>("[data-live]");
    if (!element || source) return;
    source = new EventSource(element.dataset.live!);
    // The element is looked up each time: a swap may have replaced it.
    source.addEventListener("tick", event => {
      const tick = JSON.parse((event as MessageEvent<string>).data) as Tick;
      const badge = document.querySelector("[data-live-now]");
      if (badge) badge.textContent = `${tick.visitors.toLocaleString("en-GB")} now`;
      realtime(tick);
    });
    source.addEventListener("open", () => document.querySelector(".pulse")?.classList.remove("off"));
    source.addEventListener("error", () => document.querySelector(".pulse")?.classList.add("off"));
  };
  // A page nobody looks at asks for nothing.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { source?.close(); source = undefined; } else connect();
  });
  addEventListener("pagehide", () => { source?.close(); source = undefined; });
  addEventListener("pageshow", connect);
}
