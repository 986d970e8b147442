type Arrivals = { stored: number; dropped: { count: number; why: string; sample: string }[]; unknown_keys: number };

/** Turns the waiting page green when the first event is stored, and says meanwhile what came and was not counted. */
export function followFirstEvent(place: HTMLElement): void {
  const find = (name: string) => place.querySelector<HTMLElement>(`[${name}]`)!;
  if (!find("data-arrived").hidden) return;
  const source = new EventSource(place.dataset.liveFirst!);
  source.addEventListener("waiting", event => showDropped(find("data-dropped"), JSON.parse((event as MessageEvent<string>).data) as Arrivals));
  source.addEventListener("first", event => {
    // Otherwise the browser asks again when the server has said all there is.
    source.close();
    showDropped(find("data-dropped"), JSON.parse((event as MessageEvent<string>).data) as Arrivals);
    find("data-waiting").hidden = true;
    find("data-arrived").hidden = false;
    find("data-onward").hidden = false;
    const help = document.querySelector<HTMLDetailsElement>("details#check");
    if (help) {
      // Nobody loses what they are typing there.
      help.open = help.contains(document.activeElement);
      help.querySelector("h2")!.textContent = "Is something missing?";
    }

    find("data-arrived").closest(".wait")?.classList.add("good");
  });
}

function showDropped(list: HTMLElement, arrivals: Arrivals): void {
  list.replaceChildren(...arrivals.dropped.map(line => {
    const item = document.createElement("li");
    const sample = document.createElement("code");
    // As text: a sample is whatever somebody sent.
    sample.textContent = line.sample;
    item.append(`${line.count.toLocaleString("en")} not counted: ${line.why}. `, sample);
    return item;
  }));
}
