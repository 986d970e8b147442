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

// On a phone the row of places scrolls: where one is must not be out of sight.
const place = document.querySelector<HTMLElement>(".places [aria-current]");
if (place) place.parentElement!.scrollLeft = place.offsetLeft - (place.parentElement!.clientWidth - place.offsetWidth) / 2;
