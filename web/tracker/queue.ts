// Events wait a tenth of a second: what happens together travels in one request, a single-page app has set the new title by then,
// and `identify` reaches the page view before it. What the network or a busy server refuses waits in memory, never on the device.
import { api, data } from "./config";
import type { Report, Waiting } from "./wire";

const soon = 100;
const most = 99;

let waiting: Waiting[] = [];
let sending = false;
let timer = 0;
let pause = 5e3;
let user = data.userId;
let count = 0;

/** Of this page as it was loaded and of nothing else: with a number behind it, the server knows an event that it has when it comes again. */
const sent = "~" + Math.random().toString(36).slice(2);

export const identify = (id?: string) => {
  user = id;
};

const later = (ms: number) => {
  timer ||= setTimeout(flush, ms);
};

export const add = (report: Report) => {
  report.id ??= sent + count++;
  waiting.push([Date.now(), report]);
  later(soon);
};

/** Gives what waits the title and the user of this moment: the page is about to be another one. */
export const settle = () => {
  for (const [, report] of waiting) {
    report.title ??= document.title;
    report.user_id ??= user;
  }
};

/** Sends all that waits. A page that is left uses a beacon, which outlives it, and does not wait for the request under way. */
export const flush = (leaving?: boolean) => {
  settle();
  clearTimeout(timer);
  timer = 0;
  if (!waiting[0] || (sending && !leaving)) return;
  const batch = waiting;
  waiting = [];
  const now = Date.now();
  const body = JSON.stringify(batch.map(([at, report]) => ({ ...report, age_ms: now - at })));
  if (leaving && navigator.sendBeacon?.(api, body)) return;
  sending = true;
  fetch(api, { method: "POST", body, keepalive: true })
    .then(
      answer => answer.status !== 429 && answer.status < 500,
      () => false,
    )
    .then(done => {
      sending = false;
      if (done) pause = 5e3;
      else {
        waiting = batch.concat(waiting).slice(0, most);
        pause *= 2;
      }
      if (waiting[0]) later(done ? soon : pause);
    });
};
