// Our own table of sources (sources.tsv), completed by referer-parser's search engines, social networks and web mail.
// A line: name, category, domains, other names, keyword parameters; lists are separated by spaces. Ours wins where both know a domain.
import { readFileSync } from "node:fs";

function* refererParser(file) {
  let medium = null;
  let entry = null;
  let list = null;
  for (const line of readFileSync(file, "utf8").split(/\r?\n/)) {
    if (/^\s*(#.*)?$/.test(line)) continue;
    let match;
    if ((match = /^(\w+):\s*$/.exec(line))) {
      medium = match[1];
    } else if ((match = /^ {2}(\S.*?):\s*$/.exec(line))) {
      if (entry !== null) yield entry;
      entry = { name: match[1].replace(/^['"]|['"]$/g, ""), medium, domains: [], parameters: [] };
    } else if ((match = /^ {4}(domains|parameters):\s*$/.exec(line))) {
      list = entry[match[1]];
    } else if ((match = /^ {5,6}- ?['"]?(.*?)['"]?\s*(?:#.*)?$/.exec(line))) {
      list.push(match[1]);
    } else {
      throw new Error(`${file}: cannot read: ${line}`);
    }
  }
  if (entry !== null) yield entry;
}

export function sources(ownFile, refererFile) {
  const lines = [];
  const taken = new Set();
  const wildcards = [];
  for (const line of readFileSync(ownFile, "utf8").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [name, category, domains = ""] = line.split("\t");
    if (!/^(search|social|video|shopping|ai|email|other)$/.test(category)) throw new Error(`${ownFile}: ${line}`);
    for (const domain of domains.split(" ").filter(Boolean)) {
      if (taken.has(domain)) throw new Error(`${ownFile}: ${domain} is there twice`);
      taken.add(domain.replace(/^=/, ""));
      if (domain.endsWith(".*")) wildcards.push(domain.slice(0, -1));
    }
    lines.push(line);
  }
  const categories = { search: "search", social: "social", email: "email", unknown: null };
  for (const entry of refererParser(refererFile)) {
    const category = categories[entry.medium];
    if (category === undefined) throw new Error(`${refererFile}: medium ${entry.medium} is new`);
    if (category === null) continue;
    // A domain with a path ("google.com/search") is more than a host can tell.
    const domains = entry.domains
      .map(domain => domain.toLowerCase().replace(/^www\./, ""))
      .filter(domain => !domain.includes("/") && !taken.has(domain) && !wildcards.some(start => domain.startsWith(start)));
    const fresh = [...new Set(domains)];
    if (fresh.length === 0) continue;
    for (const domain of fresh) taken.add(domain);
    lines.push([entry.name, category, fresh.join(" "), "", category === "search" ? entry.parameters.join(" ") : ""].join("\t"));
  }
  return lines.join("\n") + "\n";
}
