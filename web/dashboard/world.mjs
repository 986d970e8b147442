// Outlines of countries as one SVG: a symbol for each, named by its ISO 3166-1 code, and all of them as "land".
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { geoNaturalEarth1, geoPath } from "d3-geo";
import { feature } from "topojson-client";

const require = createRequire(import.meta.url);
const width = 960, height = 440;
// Not in ISO 3166-1: what the outlines call them.
const unnumbered = { Kosovo: "XK" };

/** The map, and the part of it in which each country lies. */
export function world() {
  const topology = JSON.parse(readFileSync(require.resolve("world-atlas/countries-110m.json"), "utf8"));
  const codes = new Map(require("i18n-iso-countries/codes.json").map(([two, , number]) => [number, two]));
  const countries = feature(topology, topology.objects.countries).features.filter(country => country.properties.name !== "Antarctica");
  const projection = geoNaturalEarth1().fitExtent([[4, 4], [width - 4, height - 4]], { type: "FeatureCollection", features: countries });
  const path = geoPath(projection).digits(1);
  const named = [], others = [], boxes = {};
  for (const country of countries) {
    const drawing = path(country);
    const code = codes.get(country.id) ?? unnumbered[country.properties.name];
    if (!drawing) continue;
    if (code) {
      named.push(`<path id="${code}" d="${drawing}"/>`);
      boxes[code] = box(path, country);
    }
    else others.push(`<path d="${drawing}"/>`);
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"><g id="land">${named.join("")}${others.join("")}</g></svg>`;
  return { svg, boxes };
}

/** Around the greatest piece of a country (not its islands far away), with some air, in the map's proportions. */
function box(path, country) {
  const { type, coordinates } = country.geometry;
  const pieces = (type === "Polygon" ? [coordinates] : coordinates).map(piece => ({ type: "Polygon", coordinates: piece }));
  const greatest = pieces.reduce((one, other) => path.area(other) > path.area(one) ? other : one);
  const [[left, top], [right, bottom]] = path.bounds(greatest);
  const wide = Math.max(1.3 * Math.max(right - left, (bottom - top) * width / height), 40), high = wide * height / width;
  return [(left + right - wide) / 2, (top + bottom - high) / 2, wide, high].map(value => value.toFixed(1)).join(" ");
}
