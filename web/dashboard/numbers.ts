// Numbers on a scale, as the server writes them elsewhere.

const short = (value: number) => value.toFixed(value < 99.95 ? 1 : 0).replace(/\.0$/, "");

function count(value: number): string {
  if (Math.abs(value) < 10_000) return value.toLocaleString("en-GB", { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 });
  if (value < 999_500) return short(value / 1e3) + "k";
  if (value < 999_500_000) return short(value / 1e6) + "M";
  return short(value / 1e9) + "B";
}

function duration(value: number): string {
  const whole = Math.round(value);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, "0")}s`;
  return `${Math.floor(whole / 3600)}h ${String(Math.floor(whole / 60) % 60).padStart(2, "0")}m`;
}

export function text(kind: string, value: number, currency: string): string {
  switch (kind) {
    case "share": return `${+(value * 100).toFixed(value > 0 && value < 0.01 ? 1 : 0)}%`;
    case "depth": return `${Math.round(value)}%`;
    case "duration": return duration(value);
    case "money": return ({ EUR: "€", USD: "$", GBP: "£", JPY: "¥" }[currency] ?? `${currency} `) + count(value);
    default: return count(value);
  }
}

const large = ["", "k", "M", "G", "T", "P", "E"], binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"], small = ["", "m", "µ", "n", "p"];

/** A number of any size in a few characters: of bytes by powers of two. */
export function series(value: number, unit: string): string {
  let size = Math.abs(value), power = 0;
  if (size === 0) return "0";
  const [thousand, names] = unit === "B" || unit === "B/s" ? [1024, binary] as const : [1000, large] as const;
  const digits = () => (value < 0 ? "−" : "") + String(+size.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0));
  if (size >= 0.9995) {
    for (; size >= thousand * 0.9995 && power < names.length - 1; power++) size /= thousand;
    return digits() + names[power];
  }
  if (size >= 0.00995) return (value < 0 ? "−" : "") + String(+size.toFixed(3));
  for (; size < 0.9995 && power < small.length - 1; power++) size *= 1000;
  return digits() + small[power];
}
