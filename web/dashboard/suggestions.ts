// Values for filters while they are typed: the datalist of a form is filled from the server.

export function suggestions(): void {
  const ask = async (input: HTMLInputElement) => {
    const list = input.list;
    const select = input.form?.querySelector<HTMLSelectElement>("[data-suggest-for]");
    if (!(list instanceof HTMLDataListElement) || !list.dataset.suggest || !select) return;
    const range = new FormData(input.form!);
    // A property has its name in a field of its own, which is looked for like a value.
    const dimension = select.value !== "prop" || input.name === "fp" ? select.value : `event:props.${String(range.get("fp"))}`;
    const query = new URLSearchParams({ dimension, text: input.value });
    for (const name of ["range", "from", "to"]) if (range.has(name)) query.set(name, String(range.get(name)));
    const key = query.toString();
    if (list.dataset.asked === key) return;
    list.dataset.asked = key;
    const answer = await fetch(`${list.dataset.suggest}?${key}`);
    if (!answer.ok || list.dataset.asked !== key) return;
    list.replaceChildren(...(await answer.json() as string[]).map(value => new Option(value, value)));
  };
  let timer = 0;
  const soon = (event: Event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !["fv", "fp"].includes(input.name)) return;
    clearTimeout(timer);
    timer = setTimeout(() => void ask(input), event.type === "input" ? 150 : 0) as unknown as number;
  };
  document.addEventListener("input", soon);
  document.addEventListener("focusin", soon);
}
