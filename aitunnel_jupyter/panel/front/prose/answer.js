/** The text of an answer on the page: finished blocks are rendered once, only the tail is rendered again. */
import { h } from "../parts/element.js";
import { Borders } from "./borders.js";
import { Code } from "./code.js";
import { decided } from "./controls.js";
import { rank } from "./headings.js";
import { fragment, normal } from "./markdown.js";
import { painter } from "./painter.js";
import { withoutMarkers } from "./unfinished.js";

/** Code in the tail that is longer than this has its colours when the block is finished. */
const LONG = 3_000;
const DEFINITION = /^ {0,3}\[[^\]]+\]:/m;

export class Answer {
  /**
   * @param {import("../parts/host.js").Host} host
   * @param {() => void} grown called after each painting
   */
  constructor(host, grown) {
    this.host = host;
    this.grown = grown;
    this.element = h("div", { class: "answer" });
    this.#clear();
  }

  #clear() {
    this.source = "";
    /** Characters of the text that are in `source`. */
    this.taken = 0;
    this.done = false;
    this.borders = new Borders();
    this.queue = [];
    this.env = {};
    this.code = null;
    this.headings = [];
    /** The last table, and the rows in it that are not finished. */
    this.table = null;
    this.rows = null;
    this.due = 0;
    /** @type {{source: string, nodes: ChildNode[]}[]} */
    this.blocks = [];
    this.tailBox = h("div", { class: "tail" });
    this.element.replaceChildren(this.tailBox);
  }

  /**
   * Show `text`. If it only grew, what is on the page stays.
   * @param {string} text
   * @param {boolean} grew whether it begins with what was shown before
   * @param {boolean} done
   */
  show(text, grew, done) {
    if (!grew || (this.done && (!done || text.length !== this.taken))) this.#clear();
    if (this.done) return;
    const fresh = text.slice(this.taken);
    const now = done ? fresh.length : decided(fresh);
    this.taken += now;
    this.source += normal(fresh.slice(0, now), this.source.slice(-2));
    this.done = done;
    this.queue.push(...this.borders.feed(this.source, done));
    if (done) this.due = 0;
    painter.add(this);
  }

  remove() {
    painter.remove(this);
  }

  /** One finished piece; whether there are more. */
  step() {
    const piece = this.queue.shift();
    if (!piece) return false;
    const text = this.source.slice(piece.from, piece.to);
    if (piece.kind === "open") {
      this.code = new Code(piece.info ?? "", this.host);
      this.tailBox.replaceChildren();
      this.tailBox.before(this.code.element);
    } else if (piece.kind === "code") {
      this.code.append(piece.indent ? text.replace(new RegExp(`^ {1,${piece.indent}}`, "gm"), "") : text);
    } else if (piece.kind === "close") {
      this.code.close();
      this.code = null;
    } else {
      const part = this.#rendered((piece.head ?? "") + text, false);
      this.rows?.remove();
      if (piece.head) this.#join(part);
      const nodes = [...part.childNodes];
      if (piece.goesOn && nodes[0] instanceof Element) nodes[0].classList.add("goes-on");
      if (text.includes("[") && !piece.head) this.blocks.push({ source: text, nodes });
      const table = [...part.querySelectorAll(":scope > .table > table")].at(-1);
      this.table = table ?? (piece.head ? this.table : null);
      this.tailBox.replaceChildren();
      this.tailBox.before(part);
    }
    if (!this.queue.length && this.done) this.#define();
    return this.queue.length > 0;
  }

  /** What is not finished. */
  tail() {
    if (this.done) this.tailBox.replaceChildren();
    else if (this.code) this.code.paint(this.source.slice(this.borders.at));
    else {
      const part = this.#rendered(this.borders.head + withoutMarkers(this.source.slice(this.borders.cut)), true);
      this.rows?.remove();
      if (this.borders.head) this.rows = this.#join(part);
      this.tailBox.replaceChildren(part);
    }
    this.grown();
  }

  /** Rows of a table that was cut go into the table they belong to. */
  #join(part) {
    const first = part.firstElementChild;
    const rows = first?.querySelector(":scope > table > tbody") ?? null;
    if (!first?.matches(".table") || !this.table) return null;
    if (rows) this.table.append(rows);
    first.remove();
    return rows;
  }

  #rendered(text, streaming) {
    if (!text.trim()) return document.createDocumentFragment();
    const env = { references: { ...this.env.references }, streaming };
    const part = fragment(text, env);
    if (!streaming) this.env.references = env.references;
    for (const pre of part.querySelectorAll("pre")) {
      const code = new Code(pre.title, this.host);
      const lines = pre.textContent ?? "";
      if (streaming && lines.length > LONG) code.language = "";
      code.append(lines);
      if (streaming) code.paint("");
      else code.close();
      pre.replaceWith(code.element);
    }
    for (const table of part.querySelectorAll("table")) {
      const box = h("div", { class: "table", tabindex: "0", role: "group", "aria-label": this.host.text("table") });
      table.replaceWith(box);
      box.append(table);
    }
    rank(part, streaming ? [...this.headings] : this.headings);
    for (const formula of part.querySelectorAll("math.tml-display")) {
      formula.parentElement?.classList.add("formula");
    }
    return part;
  }

  /** Links whose address came after them: `[text][1]`, and `[1]: https://…` at the end. */
  #define() {
    if (!DEFINITION.test(this.source)) return;
    for (const { source, nodes } of this.blocks) {
      const first = nodes.find((node) => node.isConnected || node.parentNode === this.element);
      if (!first || DEFINITION.test(source) || !/\]/.test(source)) continue;
      first.before(this.#rendered(source, false));
      for (const node of nodes) node.remove();
    }
    this.blocks = [];
  }
}
