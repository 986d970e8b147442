// How long a page was in use and how far it was read. No timer runs: each sign of life adds the time since the last one, at most `idle`.

const idle = 6e4;

let engaged = 0;
let last = 0;
let attentive = false;
let deepest = 0;
let reported = 0;

/** Adds the time since the last sign of life, if the page had the visitor's attention then; looks whether it has it now. */
export const alive = () => {
  const now = Date.now();
  if (attentive) engaged += Math.max(0, Math.min(now - last, idle));
  last = now;
  attentive = document.visibilityState === "visible" && document.hasFocus();
};

/** Apart from `alive`, which runs at every move of the pointer: asking for the position may make the browser lay out the page. */
export const scrolled = () => {
  deepest = Math.max(deepest, scrollY + innerHeight);
  alive();
};

/** A new page. A single-page app scrolls up only after it has changed the address, so where the page stands now says nothing. */
export const begin = () => {
  alive();
  engaged = deepest = reported = 0;
};

/** What happened since the last report; nothing when it is not worth one. */
export const measure = () => {
  scrolled();
  const scroll = Math.min(100, Math.round((100 * deepest) / document.documentElement.scrollHeight));
  if (engaged < 500 && scroll <= reported) return;
  const engaged_ms = engaged;
  engaged = 0;
  return { engaged_ms, scroll: (reported = scroll) };
};
