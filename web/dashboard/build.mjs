// Builds what our own pages load, into web/dist/assets: app.js (on every page), chart.js (pages with a graph), world.svg, and where its countries lie.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { world } from "./world.mjs";

// Of gzip, together: a page of reports loads both.
const mostBytes = 250_000;

const at = path => fileURLToPath(new URL(path, import.meta.url));
const out = at("../dist/assets/");

mkdirSync(out, { recursive: true });
for (const name of ["app", "chart"]) {
  await build({
    entryPoints: [at(`./${name}.ts`)],
    outfile: `${out}${name}.js`,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
    define: { "process.env.NODE_ENV": '"production"' },
  });
}
const { svg, boxes } = world();
writeFileSync(`${out}world.svg`, svg);
writeFileSync(`${out}world-boxes.json`, JSON.stringify(boxes));

const bytes = ["app", "chart"].reduce((sum, name) => sum + gzipSync(readFileSync(`${out}${name}.js`), { level: 9 }).length, 0);
if (bytes > mostBytes) throw new Error(`app.js and chart.js are ${bytes} bytes of gzip, more than the ${mostBytes} we promise`);
