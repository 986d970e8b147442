// Graphs of many lines: what is under the pointer, and a part of the time by dragging. The lines themselves are the server's.
import { series as number } from "./numbers";

interface Line { name: string; start: number; step: number; values: (number | null)[] }
interface Data { from: number; until: number; unit: string; lines: Line[]; notes: [number, string][]; zone: string }

const svgName = "http://www.w3.org/2000/svg";
const mostInTip = 12;

export function series(): void {
  const mountAll = () => document.querySelectorAll<HTMLElement>(".plot[data-series]:not(.ready)").forEach(mount);
  mountAll();
  document.addEventListener("htmx:afterSwap", mountAll);
}

function mount(plot: HTMLElement): void {
  plot.classList.add("ready");
  const data = JSON.parse(plot.dataset.series!) as Data;
  const svg = plot.querySelector("svg")!;
  const cursor = document.createElementNS(svgName, "path");
  cursor.setAttribute("class", "g-cursor");
  const choice = document.createElementNS(svgName, "rect");
  choice.setAttribute("class", "g-choice");
  choice.setAttribute("height", "240");
  svg.append(choice, cursor);
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  // The table below says the same.
  tip.setAttribute("aria-hidden", "true");
  plot.append(tip);
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: data.zone, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  let began: number | undefined;

  const share = (event: PointerEvent) => {
    const box = svg.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const hide = () => {
    tip.hidden = true;
    cursor.removeAttribute("d");
  };
  const show = (at: number) => {
    cursor.setAttribute("d", `M${at * 1000} 0V240`);
    if (began !== undefined) {
      choice.setAttribute("x", String(Math.min(began, at) * 1000));
      choice.setAttribute("width", String(Math.abs(at - began) * 1000));
    }
    fill(tip, data, data.from + at * (data.until - data.from), clock);
    tip.hidden = false;
    const [box, drawing] = [plot.getBoundingClientRect(), svg.getBoundingClientRect()];
    const left = drawing.left - box.left + at * drawing.width;
    // Beside the line, on the side with more room.
    tip.style.left = left < box.width / 2 ? `${left + 16}px` : `${Math.max(0, left - tip.offsetWidth - 16)}px`;
  };
  const zoom = (start: number, end: number) => {
    const time = (part: number) => String(Math.round(data.from + part * (data.until - data.from)));
    location.assign(plot.dataset.zoom!.replace("{from}", time(Math.min(start, end))).replace("{to}", time(Math.max(start, end))));
  };
  svg.addEventListener("pointermove", event => show(share(event)));
  svg.addEventListener("pointerleave", hide);
  if (plot.dataset.zoom && matchMedia("(pointer: fine)").matches) {
    svg.addEventListener("pointerdown", event => {
      if (event.button !== 0) return;
      event.preventDefault();
      svg.setPointerCapture(event.pointerId);
      began = share(event);
    });
    svg.addEventListener("pointerup", event => {
      const start = began, end = share(event);
      began = undefined;
      choice.removeAttribute("width");
      if (start !== undefined && Math.abs(end - start) >= 0.01) zoom(start, end);
    });
  }
  keys(plot, svg, { show, hide, zoom: plot.dataset.zoom ? zoom : undefined, begin: at => began = at, chosen: () => began, clear: () => choice.removeAttribute("width"), say: () => tip.innerText });
  // A name in the legend brings its line to the front.
  const paths = svg.querySelectorAll(".g-many");
  for (const row of plot.closest("figure")!.querySelectorAll<HTMLElement>("[data-line]")) {
    const only = (chosen: boolean) => paths.forEach((path, index) => path.classList.toggle("dim", chosen && index !== Number(row.dataset.line)));
    row.addEventListener("pointerenter", () => only(true));
    row.addEventListener("pointerleave", () => only(false));
    row.addEventListener("focusin", () => only(true));
    row.addEventListener("focusout", () => only(false));
  }
}

interface Hand {
  show: (at: number) => void; hide: () => void; zoom: ((start: number, end: number) => void) | undefined;
  begin: (at: number | undefined) => void; chosen: () => number | undefined; clear: () => void; say: () => string;
}

/** The same by keys: arrows go along the time, with Shift they choose a part, Enter shows it. */
function keys(plot: HTMLElement, svg: SVGSVGElement, hand: Hand): void {
  svg.setAttribute("tabindex", "0");
  svg.setAttribute("aria-keyshortcuts", "ArrowLeft ArrowRight");
  const said = document.createElement("div");
  said.className = "sr";
  said.setAttribute("role", "status");
  plot.append(said);
  let at = 1;
  const leave = () => {
    hand.begin(undefined);
    hand.clear();
    hand.hide();
    said.textContent = "";
  };
  svg.addEventListener("blur", leave);
  svg.addEventListener("keydown", event => {
    const start = hand.chosen();
    if (event.key === "Enter" && start !== undefined && start !== at && hand.zoom) hand.zoom(start, at);
    else if (event.key === "Escape" && said.textContent) leave();
    else {
      const next = { ArrowLeft: at - 0.01, ArrowRight: at + 0.01, PageUp: at - 0.1, PageDown: at + 0.1, Home: 0, End: 1 }[event.key];
      if (next === undefined) return;
      if (!event.shiftKey) {
        hand.begin(undefined);
        hand.clear();
      } else if (start === undefined) hand.begin(at);
      at = Math.min(1, Math.max(0, next));
      hand.show(at);
      said.textContent = hand.say();
    }
    event.preventDefault();
    event.stopPropagation();
  });
}

function fill(tip: HTMLElement, data: Data, time: number, clock: Intl.DateTimeFormat): void {
  const rows = data.lines.map((line, index) => ({ index, name: line.name, value: line.values[Math.round((time - line.start) / line.step)] ?? null }))
    .filter(row => row.value !== null)
    .sort((a, b) => b.value! - a.value!);
  const head = document.createElement("span");
  head.className = "muted";
  head.textContent = clock.format(time * 1000);
  tip.replaceChildren(head, ...rows.slice(0, mostInTip).map(row => {
    const line = document.createElement("span"), swatch = document.createElement("i"), name = document.createElement("em"), value = document.createElement("b");
    line.className = `c${row.index % 12}`;
    name.textContent = row.name;
    value.textContent = number(row.value!, data.unit);
    line.append(swatch, name, value);
    return line;
  }));
  if (rows.length > mostInTip) {
    const more = document.createElement("span");
    more.className = "muted";
    more.textContent = `and ${rows.length - mostInTip} more`;
    tip.append(more);
  }
  for (const [at, text] of data.notes) {
    if (Math.abs(at - time) > (data.until - data.from) / 100) continue;
    const note = document.createElement("span");
    note.textContent = text;
    tip.append(note);
  }
}
