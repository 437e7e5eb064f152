/**
 * Where the Markdown of an answer may be cut while it arrives, line by line, each line looked at once.
 *
 * A border is above a line that begins at the margin after a blank line, outside of fences, formulas and lists.
 * Fences at the margin are pieces of their own: their lines go to a code block and never through the parser again.
 * What has grown too long is cut anyway: a list at an item, other text at a line, a line at a sentence.
 */
import { LONGEST } from "./maths_block.js";

const SOON = 4_000;
const LATE = 8_000;
const FENCE = /^( *)(`{3,}|~{3,})(.*)$/;
const ITEM = /^ *(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
const ITEM_FENCE = /^ *(?:[-*+]|\d{1,9}[.)]) +(`{3,}|~{3,})/;
const DELIMITER = /^ *\|?[ :|-]*-[ :|-]*$/;
const SENTENCE = /[.!?…][)"»”']*\s+/g;

/** @typedef {{kind: "text"|"open"|"code"|"close", from: number, to: number, info?: string, indent?: number, goesOn?: boolean, head?: string}} Piece
 *   `goesOn`: no border of the text's own is above it; `head`: what the rows of a table that was cut need above them */

export class Borders {
  /** Everything before it was handed out. */
  cut = 0;
  /** Start of the first line that was not looked at. */
  at = 0;
  /** The open fence at the margin. */
  fence = null;
  #inner = null;
  #maths = null;
  #list = false;
  #table = false;
  #blank = false;
  #goesOn = false;
  #row = 0;
  #head = "";
  /** The head of the table that the text behind `cut` goes on with. */
  head = "";

  /**
   * The pieces that are finished now.
   * @param {string} source all of the text so far
   * @param {boolean} done whether nothing more will come
   * @returns {Piece[]}
   */
  feed(source, done) {
    /** @type {Piece[]} */
    const pieces = [];
    for (;;) {
      const end = source.indexOf("\n", this.at);
      if (end < 0 && !(done && this.at < source.length)) break;
      const stop = end < 0 ? source.length : end;
      const start = this.at;
      this.at = end < 0 ? stop : end + 1;
      this.#line(source.slice(start, stop), start, pieces, source);
      this.#row = start;
    }
    if (this.fence && this.cut < this.at) this.#code(this.at, pieces);
    if (done) {
      if (this.fence) this.#close(source.length, pieces);
      else this.#text(source.length, pieces);
    } else this.#sentence(source, pieces);
    return pieces;
  }

  #line(line, start, pieces, source) {
    if (this.fence) {
      const match = FENCE.exec(line);
      if (!match || match[1].length > 3 || match[2][0] !== this.fence.mark[0] || match[2].length < this.fence.mark.length || match[3].trim()) return;
      this.#code(start, pieces);
      this.#close(this.at, pieces);
      return;
    }
    if (!line.trim()) {
      this.#blank = true;
      return;
    }
    const indent = line.search(/[^ ]/);
    if (this.#inner) {
      const match = FENCE.exec(line);
      if (match && match[2][0] === this.#inner[0] && match[2].length >= this.#inner.length && !match[3].trim()) this.#inner = null;
      else if (indent === 0) this.#inner = null;
      if (this.#inner || indent > 0) return;
    }
    if (this.#maths) {
      this.#maths.size += line.length + 1;
      if (line.includes(this.#maths.closer) || this.#maths.size > LONGEST || line.trim().startsWith("\\[")) this.#maths = null;
      return;
    }
    this.#begin(line, start, indent, pieces, source);
  }

  /** An ordinary line: perhaps a border is above it, perhaps it opens something. */
  #begin(line, start, indent, pieces, source) {
    const item = ITEM.test(line);
    const size = start - this.cut;
    if (size && indent === 0) {
      if (this.#blank && !(this.#list && item)) this.#text(start, pieces);
      else if (this.#table && this.#head && !this.#blank && line.includes("|") && size > SOON) this.#text(start, pieces, true, this.#head);
      else if (this.#list ? item && size > SOON : size > LATE && !this.#table) this.#text(start, pieces, !this.#blank);
    }
    this.#blank = false;
    this.#list ||= item;
    if (!this.#table && !this.head && line.includes("|") && DELIMITER.test(line)) {
      this.#table = true;
      this.#head = this.#row === this.cut && !this.#list ? source.slice(this.cut, this.at) : "";
    }
    const fence = FENCE.exec(line);
    if (fence && (fence[2][0] !== "`" || !fence[3].includes("`"))) {
      if (this.#list && indent >= 2) this.#inner = fence[2];
      else if (indent <= 3) {
        this.#text(start, pieces);
        this.fence = { mark: fence[2], indent };
        pieces.push({ kind: "open", from: start, to: this.at, info: fence[3].trim() });
        this.cut = this.at;
      }
      return;
    }
    this.#inner = ITEM_FENCE.exec(line)?.[1] ?? null;
    const opener = line.trim().slice(0, 2);
    const closer = { $$: "$$", "\\[": "\\]" }[opener];
    if (closer && !line.trim().slice(2).includes(closer)) this.#maths = { closer, size: line.length };
  }

  #text(to, pieces, goesOn = false, head = "") {
    if (to > this.cut) pieces.push({ kind: "text", from: this.cut, to, goesOn: this.#goesOn, head: this.head });
    this.cut = to;
    this.#goesOn = goesOn;
    this.head = this.#head = head;
    this.#table = head !== "";
    this.#list = this.#blank = false;
    this.#inner = this.#maths = null;
  }

  #code(to, pieces) {
    if (to > this.cut) pieces.push({ kind: "code", from: this.cut, to, indent: this.fence.indent });
    this.cut = to;
  }

  #close(to, pieces) {
    if (to > this.cut && to !== this.at) this.#code(to, pieces);
    pieces.push({ kind: "close", from: to, to });
    this.cut = to;
    this.fence = null;
    this.#text(to, pieces);
  }

  /** One endless line: a paragraph without line ends is cut behind a sentence, or a word. */
  #sentence(source, pieces) {
    const from = this.at;
    if (this.fence || this.#maths || this.#inner || this.#list || this.#table || from > this.cut || source.length - from < 2 * LATE) return;
    const text = source.slice(from, source.length - SOON);
    const ends = [...text.matchAll(SENTENCE)];
    const to = from + (ends.length ? ends.at(-1).index + ends.at(-1)[0].length : text.lastIndexOf(" ") + 1);
    if (to <= from || (source.slice(from, to).split("`").length - 1) % 2) return;
    this.#text(to, pieces, true);
    this.at = to;
  }
}
