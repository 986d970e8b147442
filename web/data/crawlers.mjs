// crawler-user-agents.json and our own bots.txt -> crawlers.json: plain texts (searched all at once) apart from true expressions.
import { readFileSync } from "node:fs";
import { needs } from "./regex-needs.mjs";

/** Patterns that real browsers carry too; bots.txt says what stands in for them. */
const tooWide = new Map(
  readFileSync(new URL("./bots-narrowed.txt", import.meta.url), "utf8")
    .split("\n")
    .filter(line => line !== "" && !line.startsWith("#"))
    .map(line => line.split("\t")),
);

export function crawlers(file, own) {
  const literals = new Set();
  const patterns = new Set();
  const unused = new Set(tooWide.keys());
  const add = pattern => {
    const plain = pattern.replace(/\\([^A-Za-z0-9])/g, "$1");
    const escaped = plain.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    // A pattern is plain text when escaping its text again gives it back, whatever it escaped needlessly.
    const normal = pattern.replace(/\\([^A-Za-z0-9\\^$.*+?()[\]{}|])/g, "$1");
    if (normal === escaped) literals.add(plain);
    else patterns.add(pattern);
  };
  for (const { pattern } of JSON.parse(readFileSync(file, "utf8"))) {
    unused.delete(pattern);
    const narrowed = tooWide.get(pattern);
    if (narrowed === undefined) add(pattern);
    else if (narrowed !== "") patterns.add(narrowed);
  }
  if (unused.size > 0) throw new Error(`bots-narrowed.txt names patterns that are gone: ${[...unused].join(", ")}`);
  for (const line of readFileSync(own, "utf8").split("\n")) {
    if (line !== "" && !line.startsWith("#")) add(line);
  }
  return {
    literals: [...literals],
    patterns: [...patterns].map(regex => ({ regex, needs: needs(regex) })),
  };
}
