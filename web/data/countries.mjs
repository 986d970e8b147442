// IP ranges with their country (CSV, numeric form) -> countries.bin: sorted starts, and the country from each on.
//
// "SLC1" | u32 number of countries | that many two-letter codes, ASCII (the first is "--": nowhere)
// u32 n4 | n4 x u32 starts | n4 x u8 country
// u32 n6 | n6 x u64 upper halves of the starts | n6 x u64 lower halves | n6 x u8 country          all little-endian
import { readFileSync } from "node:fs";

// Ranges may lie within others (a provider's own statement within a registry's): the narrower, later one counts while it lasts.
function read(file, codes) {
  const starts = [];
  const countries = [];
  const push = (start, code) => {
    if (starts.at(-1) === start) {
      starts.pop();
      countries.pop();
    }
    if (countries.at(-1) === code) return;
    starts.push(start);
    countries.push(code);
  };
  const open = [];
  const closeBefore = start => {
    while (open.length > 0 && open.at(-1).end < start) {
      const { end } = open.pop();
      while (open.length > 0 && open.at(-1).end <= end) open.pop();
      push(end + 1n, open.at(-1)?.code ?? 0);
    }
  };
  push(0n, 0);
  let last = -1n;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line === "") continue;
    const [from, to, country] = line.split(",");
    const start = BigInt(from);
    const end = BigInt(to);
    if (!/^[A-Z]{2}$/.test(country) || start < last || end < start) throw new Error(`${file}: cannot read: ${line}`);
    last = start;
    closeBefore(start);
    if (!codes.has(country)) codes.set(country, codes.size);
    push(start, codes.get(country));
    open.push({ end, code: codes.get(country) });
  }
  closeBefore(1n << 128n);
  return { starts, countries };
}

export function countries(v4File, v6File) {
  const codes = new Map([["--", 0]]);
  const v4 = read(v4File, codes);
  const v6 = read(v6File, codes);
  for (const [ranges, bits] of [[v4, 32n], [v6, 128n]]) {
    while (ranges.starts.at(-1) >> bits > 0n) {
      ranges.starts.pop();
      ranges.countries.pop();
    }
  }
  if (codes.size > 256) throw new Error("more than 255 countries");
  const u32 = values => Buffer.from(Uint32Array.from(values, Number).buffer);
  const u64 = values => Buffer.from(BigUint64Array.from(values).buffer);
  return Buffer.concat([
    Buffer.from("SLC1"), u32([codes.size]), Buffer.from([...codes.keys()].join(""), "ascii"),
    u32([v4.starts.length]), u32(v4.starts), Buffer.from(v4.countries),
    u32([v6.starts.length]), u64(v6.starts.map(start => start >> 64n)), u64(v6.starts.map(start => start & 0xffffffffffffffffn)), Buffer.from(v6.countries),
  ]);
}
