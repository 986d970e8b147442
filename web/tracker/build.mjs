// Builds what sites load: web/dist/sl.js. One file, no source map: every byte of it is paid by every visitor.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

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
