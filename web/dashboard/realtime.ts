// The realtime page, from what the server sends each second: only what changed is written.

export interface Row { label: string; value: number; href: string }
export interface Feed { id: string; time: string; text: string; from: string; href: string }
export interface Tick { visitors: number; views: number; minutes: { label: string; visitors: number }[]; pages: Row[]; sources: Row[]; places: Row[]; events: Feed[] }

const mostFeed = 25;

export function realtime(tick: Tick): void {
  const page = document.getElementById("realtime");
  if (!page) return;
  set("rt-visitors", tick.visitors.toLocaleString("en-GB"));
  set("rt-views", tick.views.toLocaleString("en-GB"));
  bars(tick);
  rows("rt-pages", tick.pages);
  rows("rt-sources", tick.sources);
  rows("rt-places", tick.places);
  feed(tick.events);
}

function set(id: string, words: string): void {
  const element = document.getElementById(id);
  if (element && element.textContent !== words) element.textContent = words;
}

function bars(tick: Tick): void {
  const most = Math.max(1, ...tick.minutes.map(minute => minute.visitors));
  const found = document.querySelectorAll<SVGRectElement>("#rt-minutes rect");
  tick.minutes.forEach((minute, index) => {
    const bar = found[index];
    if (!bar) return;
    const height = minute.visitors === 0 ? 0.5 : 100 * minute.visitors / most;
    bar.setAttribute("height", height.toFixed(1));
    bar.setAttribute("y", (100 - height).toFixed(1));
    const title = bar.querySelector("title");
    if (title) title.textContent = `${minute.label}: ${minute.visitors} visitors`;
  });
}

function rows(id: string, wanted: Row[]): void {
  const box = document.getElementById(id);
  const template = document.getElementById("rt-row") as HTMLTemplateElement | null;
  if (!box || !template) return;
  const most = Math.max(1, ...wanted.map(row => row.value));
  const body = box.querySelector("tbody");
  const nothing = box.querySelector<HTMLElement>(".empty");
  const table = box.querySelector<HTMLElement>("table");
  if (!body || !nothing || !table) return;
  nothing.hidden = wanted.length > 0;
  table.hidden = wanted.length === 0;
  // Rows keep their elements, so that focus and pointer stay where they are.
  const had = new Map([...body.rows].map(row => [row.dataset.label, row]));
  body.replaceChildren(...wanted.map(row => {
    const element = had.get(row.label) ?? (template.content.firstElementChild!.cloneNode(true) as HTMLTableRowElement);
    element.dataset.label = row.label;
    const link = element.querySelector("a")!;
    if (link.textContent !== row.label) { link.textContent = row.label; link.title = row.label; }
    link.href = row.href;
    element.querySelector("rect")!.setAttribute("width", `${(100 * row.value / most).toFixed(1)}%`);
    element.querySelector(".num")!.textContent = row.value.toLocaleString("en-GB");
    return element;
  }));
}

function feed(events: Feed[]): void {
  const list = document.getElementById("rt-feed");
  const template = document.getElementById("rt-event") as HTMLTemplateElement | null;
  if (!list || !template) return;
  const known = new Set([...list.children].map(item => (item as HTMLElement).dataset.id));
  // What comes after the newest that is shown; the first message repeats the half hour, of which the page shows the end.
  const shown = events.findLastIndex(event => known.has(event.id));
  const fresh = events.slice(shown + 1).slice(-mostFeed);
  const news = known.size > 0;
  for (const event of fresh) {
    const item = template.content.firstElementChild!.cloneNode(true) as HTMLElement;
    item.dataset.id = event.id;
    const [time, what, from] = item.children;
    time!.textContent = event.time;
    const link = what!.querySelector("a")!;
    link.textContent = event.text;
    link.href = event.href;
    from!.textContent = event.from;
    if (news) item.classList.add("fresh");
    list.prepend(item);
  }
  while (list.childElementCount > mostFeed) list.lastElementChild!.remove();
  const nothing = document.getElementById("rt-feed-empty");
  if (nothing) nothing.hidden = list.childElementCount > 0;
}
