// uap-core's regexes.yaml -> user-agents.json: browsers and operating systems in order, each with the text it cannot match without.
// Device models are left out: a device's class follows from rules of our own.
import { readFileSync } from "node:fs";
import { needs } from "./regex-needs.mjs";

const keys = {
  regex: "regex", regex_flag: "flag",
  family_replacement: "name", v1_replacement: "v1", v2_replacement: "v2", v3_replacement: "v3",
  os_replacement: "name", os_v1_replacement: "v1", os_v2_replacement: "v2", os_v3_replacement: "v3", os_v4_replacement: "v4",
};

// Browsers the package does not know yet; they go before its own rules.
const own = [
  { regex: "(HuaweiBrowser)/(\\d+)\\.(\\d+)", name: "Huawei Browser" },
  { regex: "(LinkedInApp)/(\\d+)\\.(\\d+)", name: "LinkedIn" },
];

/** The file uses a small part of YAML: sections, a list of maps, quoted scalars, comments. Anything else stops the build. */
export function userAgents(file) {
  const out = { browsers: own.map(rule => ({ ...rule })), systems: [] };
  const sections = { user_agent_parsers: out.browsers, os_parsers: out.systems, device_parsers: null };
  let section = null;
  for (const [index, line] of readFileSync(file, "utf8").split(/\r?\n/).entries()) {
    if (/^\s*(#.*)?$/.test(line)) continue;
    const heading = /^(\w+):\s*$/.exec(line);
    if (heading !== null) {
      if (!(heading[1] in sections)) throw new Error(`${file}: section ${heading[1]} is new`);
      section = sections[heading[1]];
      continue;
    }
    if (section === null) continue;
    const field = /^\s+(- )?(\w+):\s*(?:'((?:[^']|'')*)'|"((?:[^"\\]|\\.)*)")\s*(?:#.*)?$/.exec(line);
    if (field === null || !(field[2] in keys)) throw new Error(`${file}:${index + 1}: cannot read: ${line}`);
    const value = field[3] !== undefined ? field[3].replaceAll("''", "'") : JSON.parse(`"${field[4]}"`);
    if (field[1] !== undefined) section.push({});
    section.at(-1)[keys[field[2]]] = value;
  }
  for (const rule of [...out.browsers, ...out.systems]) {
    if (rule.regex === undefined) throw new Error(`${file}: a rule without an expression`);
    rule.needs = needs(rule.regex);
  }
  return out;
}
