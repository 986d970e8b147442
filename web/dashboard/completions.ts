// Questions to the Explorer while they are typed: what the last word may become, asked of the server.

export function completions(): void {
  const input = document.querySelector<HTMLInputElement>("input[data-completions]");
  if (!input?.list) return;
  const list = input.list;
  let timer = 0, asked = "";
  const ask = async () => {
    const text = input.value;
    if (text === asked) return;
    asked = text;
    const answer = await fetch(`${input.dataset.completions}?${new URLSearchParams({ q: text })}`);
    if (!answer.ok || asked !== text) return;
    list.replaceChildren(...(await answer.json() as string[]).map(value => new Option(value, value)));
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), 120) as unknown as number;
  });
  input.addEventListener("focus", () => void ask());
}
