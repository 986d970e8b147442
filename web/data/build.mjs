// Makes the data files enrichment reads (web/dist/data) from the packages that carry the facts and from our own tables.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dictionary } from "@zxcvbn-ts/language-common";
import { countries } from "./countries.mjs";
import { crawlers } from "./crawlers.mjs";
import { sources } from "./sources.mjs";
import { userAgents } from "./user-agents.mjs";

const here = name => fileURLToPath(new URL(`./${name}`, import.meta.url));
const from = name => fileURLToPath(new URL(`../node_modules/${name}`, import.meta.url));
const to = name => fileURLToPath(new URL(`../dist/data/${name}`, import.meta.url));

mkdirSync(to(""), { recursive: true });
writeFileSync(to("user-agents.json"), JSON.stringify(userAgents(from("uap-core/regexes.yaml"))));
writeFileSync(to("crawlers.json"), JSON.stringify(crawlers(from("crawler-user-agents/crawler-user-agents.json"), here("bots.txt"))));
writeFileSync(to("sources.tsv"), sources(here("sources.tsv"), from("referer-parser/data/referers.yml")));
const ranges = "@ip-location-db/geo-whois-asn-country/geo-whois-asn-country-";
writeFileSync(to("countries.bin"), countries(from(`${ranges}ipv4-num.csv`), from(`${ranges}ipv6-num.csv`)));
copyFileSync(here("referrer-spam.txt"), to("referrer-spam.txt"));
writeFileSync(to("common-passwords.txt"), dictionary["passwords-common"].map(word => word.toLowerCase() + "\n").join(""));
