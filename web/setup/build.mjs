// Builds what the pages of the first start and of accounts load: web/dist/assets/setup.js. Nothing else needs it.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = path => fileURLToPath(new URL(path, import.meta.url));

mkdirSync(at("../dist/assets/"), { recursive: true });
await build({
  entryPoints: [at("./setup.ts")],
  outfile: at("../dist/assets/setup.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});
