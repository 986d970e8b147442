// On every page. Pages work without it; it makes them quick.
import "htmx.org";
import { completions } from "./completions";
import { graphs } from "./graphs";
import { live } from "./live";
import { menus } from "./menus";
import { panels } from "./panels";
import { series } from "./series";
import { shortcuts } from "./shortcuts";
import { suggestions } from "./suggestions";
import { tour } from "./tour";

document.documentElement.dataset.script = "on";
menus();
shortcuts();
suggestions();
graphs();
series();
panels();
completions();
live();
tour();

// On a phone the row of places scrolls: where one is must not be out of sight, and a row that goes on fades at that end.
const places = document.querySelector<HTMLElement>(".places");
if (places) {
  const place = places.querySelector<HTMLElement>("[aria-current]");
  if (place) places.scrollLeft = place.offsetLeft - (places.clientWidth - place.offsetWidth) / 2;
  const edges = () => {
    places.classList.toggle("from-left", places.scrollLeft > 2);
    places.classList.toggle("to-end", places.scrollLeft > places.scrollWidth - places.clientWidth - 2);
  };
  edges();
  places.addEventListener("scroll", edges, { passive: true });
  addEventListener("resize", edges);
}
