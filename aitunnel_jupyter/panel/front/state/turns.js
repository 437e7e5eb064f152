/**
 * The turns as the kernel tells them. Texts grow by deltas; the end is told without the text, by its length.
 * Where something is missing everything is asked for again.
 *
 * Lengths are those of Python: characters, not the units of UTF-16.
 */

/**
 * @typedef {{id: string, prompt: string, chips: {label: string, kind: string, tokens?: number, picture?: string}[], text: string, reasoning: string,
 *   state: "waiting"|"thinking"|"answering"|"complete"|"stopped"|"failed", note: string, footer: string, error: string, model: string,
 *   hidden: boolean, variant: {index: number, count: number}, images: string[], tools: {name: string, arguments: string}[]}} Turn
 */

const RUNNING = new Set(["waiting", "thinking", "answering"]);
const ASK_AGAIN = 1_000;

/** Characters of `text` as Python counts them. */
export function size(text) {
  let count = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) {
      count -= 1;
      at += 1;
    }
  }
  return count;
}

/** @param {Turn} turn */
export function isRunning(turn) {
  return RUNNING.has(turn.state);
}

export class Turns {
  /** @type {Turn[]} */
  all = [];
  /** @type {Map<string, {text: number, reasoning: number, epoch: number}>} sizes, and how often a text was replaced */
  #sizes = new Map();
  #asked = 0;

  /**
   * @param {Turn[]} turns
   * @param {(what: string, value: any) => void} changed "turns", "turn" (its id), "text" (its id)
   * @param {() => void} ask for everything again
   */
  constructor(turns, changed, ask) {
    this.changed = changed;
    this.ask = ask;
    this.all = turns.map((turn) => this.#own(turn));
  }

  /** @returns {Turn | undefined} */
  find(id) {
    return this.all.find((turn) => turn.id === id);
  }

  get running() {
    return this.all.find(isRunning);
  }

  /** How often the text of a turn was replaced by another. */
  epoch(id) {
    return this.#sizes.get(id)?.epoch ?? 0;
  }

  /** Replace all turns; a text that is further here than there stays. */
  load(turns) {
    this.#asked = 0;
    this.all = turns.map((turn) => {
      const old = this.find(turn.id);
      const further = old && isRunning(turn) && old.text.length > (turn.text ?? "").length && old.text.startsWith(turn.text ?? "");
      return further ? old : this.#own(turn);
    });
    this.changed("turns", null);
  }

  /** Apply a message of the kernel; whether it was about turns. */
  apply(message) {
    if (message.type === "turns") this.load(message.turns ?? []);
    else if (message.type === "turn") this.#put(message.turn, message.index);
    else if (message.type === "gone") {
      this.all = this.all.filter((turn) => turn.id !== message.id);
      this.changed("turns", null);
    } else if (message.type === "delta") this.#delta(message);
    else if (message.type === "snapshot") this.#snapshot(message);
    else return false;
    return true;
  }

  #put(turn, index) {
    const at = this.all.findIndex((other) => other.id === turn.id);
    const own = this.#own(turn);
    if (at >= 0 && (index === undefined || index === at)) {
      this.all[at] = own;
      this.changed("turn", own.id);
      return;
    }
    if (at >= 0) this.all.splice(at, 1);
    this.all.splice(index ?? this.all.length, 0, own);
    this.changed("turns", null);
  }

  #delta({ id, at = 0, text = "", rat = 0, reasoning = "", note }) {
    const turn = this.find(id);
    const sizes = this.#sizes.get(id);
    if (!turn || !sizes || at > sizes.text || rat > sizes.reasoning) {
      this.#lost();
      return;
    }
    const fresh = text && rest(text, sizes.text - at);
    const thought = reasoning && rest(reasoning, sizes.reasoning - rat);
    if (!fresh && !thought && note === undefined) return;
    // A note is about the time until the next words.
    turn.note = note ?? "";
    turn.text += fresh;
    turn.reasoning += thought;
    sizes.text += size(fresh);
    sizes.reasoning += size(thought);
    const state = fresh ? "answering" : thought && turn.state === "waiting" ? "thinking" : turn.state;
    if (isRunning(turn) && state !== turn.state) {
      turn.state = state;
      this.changed("turn", id);
    } else this.changed("text", id);
  }

  /** Some fields of a turn, and how long its texts are there. */
  #snapshot({ type: _, id, size: length, rsize, ...fields }) {
    const turn = this.find(id);
    if (turn) this.#put({ ...turn, ...fields }, undefined);
    const { text, reasoning } = this.#sizes.get(id) ?? { text: -1, reasoning: -1 };
    if (!turn || (length ?? text) !== text || (rsize ?? reasoning) !== reasoning) this.#lost();
  }

  /** Something did not arrive: ask once, what is told before the reply is part of it. */
  #lost() {
    if (Date.now() - this.#asked < ASK_AGAIN) return;
    this.#asked = Date.now();
    this.ask();
  }

  /** A copy of our own, with every field. */
  #own(turn) {
    const text = turn.text ?? "";
    const reasoning = turn.reasoning ?? "";
    const old = this.#sizes.get(turn.id);
    const before = this.find(turn.id)?.text ?? "";
    const epoch = (old?.epoch ?? 0) + (text.startsWith(before) ? 0 : 1);
    this.#sizes.set(turn.id, { text: size(text), reasoning: size(reasoning), epoch });
    return {
      prompt: "", chips: [], state: "complete", note: "", footer: "", error: "", model: "", hidden: false, images: [], tools: [],
      variant: { index: 1, count: 1 }, ...turn, text, reasoning,
    }; // prettier-ignore
  }
}

/** `text` without its first `known` characters. */
function rest(text, known) {
  if (known <= 0) return text;
  return [...text].slice(known).join("");
}
