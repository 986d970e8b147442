// The tracker: page views of sites and single-page apps, custom events, links, engagement. docs/tracker.md says how it behaves.
import { data, downloadable, isExcluded } from "./config";
import { alive, begin, measure, scrolled } from "./engagement";
import { add, flush, identify, settle } from "./queue";
import type { Options, Report } from "./wire";

type Call = [name: string, options?: Options | string];

interface Sightline {
  (...call: Call): void;
  q?: ArrayLike<Call>;
  identify?: (id?: string) => void;
}

const scope = window as unknown as { sightline?: Sightline; doNotTrack?: string };
const browser = navigator as Navigator & { globalPrivacyControl?: boolean };
const tab = document as Document & { prerendering?: boolean };

/** Calls made before the page is seen: left by the stub, or while the browser prepares the page ahead of a visit. */
const early: Call[] = Array.from(scope.sightline?.q || []);

let silent = browser.globalPrivacyControl || (browser.doNotTrack || scope.doNotTrack) == "1";
let visitor: string | undefined;
try {
  silent ||= localStorage.sightline_off;
  if (!silent && "visitorId" in data) visitor = localStorage.sightline_id ||= Math.random().toString(36).slice(2) + Date.now().toString(36);
} catch {
  // The browser denies storage: the visit counts, the visitor is not known again.
}

let page = "";
let route = "";
let referrer = document.referrer;
let recording = false;
let seen = false;

/** Address of the page. With data-hash the route in the fragment becomes part of the path. */
const address = () =>
  "hash" in data
    ? location.origin +
      ((location.pathname + location.hash.replace(/^#!?/, "/")).replace(/\/+/g, "/") + location.search).replace(/\?(.*)\?/, "?$1&")
    : location.href;

const send = (name: string, more?: Partial<Report>) => {
  if (recording)
    add({
      key: data.project,
      name,
      url: page || address(),
      referrer,
      screen: screen.width + "x" + screen.height,
      visitor_id: visitor,
      ...more,
    });
};

const allow = () => {
  recording = !silent && !isExcluded();
};

const report = () => {
  const measured = page && measure();
  if (measured) send("engagement", measured);
};

const leave = () => {
  report();
  flush(true);
};

/** A page view; what is known of the page before it goes out first. */
const turn = (options?: Options) => {
  if (page) {
    report();
    settle();
    referrer = page;
  }
  page = options?.url ? new URL(options.url, location.href).href : address();
  allow();
  begin();
  send("pageview", { ...options, url: page });
};

/** A changed path is a new page. A changed query is one only where the visitor can go back from it: apps keep filters there. */
const moved = (replaced?: boolean) => {
  const before = route;
  route = address().replace(/#.*/, "");
  if (replaced ? route.split("?")[0] !== before.split("?")[0] : route !== before) turn();
};

const clicked = (event: MouseEvent) => {
  const link = (event.composedPath()[0] as Element).closest?.("a[href]") as HTMLAnchorElement | null | undefined;
  if (!link || event.button > 1 || !/^http/.test(link.protocol)) return;
  const name = downloadable.test(link.pathname) ? "download" : link.host !== location.host ? "outlink" : "";
  if (name) send(name, { props: { url: link.href } });
};

const call = (...[name, options]: Call) => {
  if (!seen) early.push([name, options]);
  else if (name === "identify") identify(options as string);
  else if (name === "pageview") turn(options as Options);
  else send(name, options as Options);
};

const start = () => {
  seen = true;
  allow();
  const on = (types: string, handle: (event: never) => void) =>
    types.split(" ").forEach(type => addEventListener(type, handle as EventListener, true));

  if (!("manual" in data)) {
    moved();
    for (const method of ["pushState", "replaceState"] as const) {
      const original = history[method];
      history[method] = function (this: History, ...state: Parameters<History["pushState"]>) {
        original.apply(this, state);
        moved(method === "replaceState");
      };
    }
    on("popstate hashchange", () => moved());
    on("pageshow", (event: PageTransitionEvent) => event.persisted && turn());
  }
  on("click auxclick", clicked);
  on("pointermove pointerdown keydown focus blur", alive);
  on("scroll", scrolled);
  on("visibilitychange", () => (document.hidden ? leave : alive)());
  on("pagehide", leave);
  on("online", () => flush());
  early.forEach(made => call(...made));
};

scope.sightline = Object.assign(call, { identify });
if (tab.prerendering) tab.addEventListener("prerenderingchange", start, { once: true });
else start();
