// Builds what sites load: web/dist/sl.js. One file, no source map: every byte of it is paid by every visitor.
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const mostBytes = 2000;

const at = path => fileURLToPath(new URL(path, import.meta.url));

mkdirSync(at("../dist/"), { recursive: true });
await build({
  entryPoints: [at("./tracker.ts")],
  outfile: at("../dist/sl.js"),
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});

const bytes = gzipSync(readFileSync(at("../dist/sl.js")), { level: 9 }).length;
if (bytes > mostBytes) throw new Error(`sl.js is ${bytes} bytes of gzip, more than the ${mostBytes} we promise`);
