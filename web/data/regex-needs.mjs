// Which literal text a regular expression cannot match without. The server looks for that text first (a vectorised search) and
// runs the expression only when it is there: of some 500 expressions a handful remain for a User-Agent.

/**
 * @param {string} source a regular expression as uap-core writes them
 * @returns {string[]} lower-case texts, at least one of which every match contains; empty: nothing can be said
 */
export function needs(source) {
  const parser = new Parser(source);
  const found = parser.alternatives();
  if (parser.at !== source.length) throw new Error(`cannot read ${source} at ${parser.at}`);
  return found ?? [];
}

// Longer is rarer, and a set is as weak as its shortest member; a single character is nearly everywhere.
const worth = set => {
  if (set === null) return 0;
  const shortest = Math.min(...set.map(text => text.length));
  return shortest < 2 ? 0.1 : shortest - Math.min(1, (set.length - 1) / 32);
};
const better = (a, b) => (worth(b) > worth(a) ? b : a);

class Parser {
  constructor(source) {
    this.source = source;
    this.at = 0;
  }

  peek() {
    return this.source[this.at];
  }

  /** A choice needs one text of each of its branches; a branch without any spoils the choice. */
  alternatives() {
    let all = this.sequence();
    while (this.peek() === "|") {
      this.at++;
      const next = this.sequence();
      all = all === null || next === null ? null : [...new Set([...all, ...next])];
    }
    return all !== null && all.length > 1000 ? null : all;
  }

  sequence() {
    let best = null;
    let run = "";
    const endRun = () => {
      if (run.length > 0) best = better(best, [run.toLowerCase()]);
      run = "";
    };
    while (this.at < this.source.length && this.peek() !== "|" && this.peek() !== ")") {
      const atom = this.atom();
      const quantifier = this.quantifier();
      if (typeof atom === "string" && quantifier === null) {
        run += atom;
        continue;
      }
      endRun();
      if (quantifier !== null && quantifier.min === 0) continue;
      if (typeof atom === "string") best = better(best, [atom.toLowerCase()]);
      else if (atom !== null) best = better(best, atom);
    }
    endRun();
    return best;
  }

  /** A literal character (string), the needs of a group (array), or null for anything else. */
  atom() {
    const c = this.source[this.at++];
    if (c === "(") {
      let look = false;
      if (this.source.startsWith("?:", this.at)) this.at += 2;
      else if (this.peek() === "?") {
        look = true;
        this.at += this.source[this.at + 1] === "<" ? 3 : 2;
      }
      const inner = this.alternatives();
      if (this.source[this.at++] !== ")") throw new Error(`unbalanced ${this.source}`);
      return look ? null : inner;
    }
    if (c === "[") {
      // "[Bb]" is a letter: needs are sought in lower case.
      const letter = /^([A-Za-z])([A-Za-z])\]/.exec(this.source.slice(this.at));
      if (letter !== null && letter[1].toLowerCase() === letter[2].toLowerCase()) {
        this.at += 3;
        return letter[1];
      }
      if (this.peek() === "^") this.at++;
      if (this.peek() === "]") this.at++;
      while (this.peek() !== "]") this.at += this.peek() === "\\" ? 2 : 1;
      this.at++;
      return null;
    }
    if (c === "\\") {
      const escaped = this.source[this.at++];
      return /[A-Za-z0-9]/.test(escaped) ? null : escaped;
    }
    return c === "." || c === "^" || c === "$" ? null : c;
  }

  quantifier() {
    const rest = this.source.slice(this.at);
    const match = /^(?:([*+?])|\{(\d*)(?:,(\d*))?\})[?+]?/.exec(rest);
    if (match === null || (match[1] === undefined && match[2] === "" && !match[3])) return null;
    this.at += match[0].length;
    return { min: match[1] === "*" || match[1] === "?" ? 0 : match[1] === "+" ? 1 : Number(match[2] || 0) };
  }
}
