// What the script element says. `defer` keeps `currentScript`; a module or an injected script is found by its attribute.

export const script = (document.currentScript || document.querySelector("script[data-project]")) as HTMLScriptElement;
export const data = script.dataset;
export const api = data.api || new URL("/api/event", script.src).href;

const listed = (text: string) => text.split(",").map(part => part.trim()).filter(Boolean);

/** Patterns of paths, `*` matches anything. */
const excluded = listed(data.exclude || "").map(
  pattern => new RegExp("^" + pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*") + "$"),
);

export const isExcluded = () => excluded.some(pattern => pattern.test(location.pathname));

const extensions = data.downloads
  ? listed(data.downloads).join("|")
  : "pdf|docx?|xlsx?|pptx?|odt|ods|csv|txt|rtf|epub|zip|rar|7z|gz|tar|tgz|bz2|xz|exe|msi|dmg|pkg|deb|rpm|apk|iso|mp3|mp4|mov|avi|mkv|wav|wmv";

export const downloadable = new RegExp("\\.(" + extensions + ")$", "i");
