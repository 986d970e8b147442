// Builds everything under web/ into web/dist: what browsers load, and the data files the server reads.
import { existsSync, mkdirSync } from "node:fs";

mkdirSync(new URL("./dist/", import.meta.url), { recursive: true });
for (const part of ["./tracker/build.mjs", "./dashboard/build.mjs", "./data/build.mjs"]) {
  const url = new URL(part, import.meta.url);
  if (existsSync(url)) await import(url);
}
