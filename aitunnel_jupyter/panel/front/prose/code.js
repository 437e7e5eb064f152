/** A code block: grows by lines while it is written, in colours, with what can be done with the code above it. */
import { enable, iconButton } from "../parts/button.js";
import { h } from "../parts/element.js";
import { ofAnswer } from "./code_actions.js";
import { coloured, languageOf } from "./colours.js";
import { painter } from "./painter.js";

/** Characters after which a chunk is coloured for the last time. */
const CHUNK = 2_000;
/**
 * A block up to this size is coloured again as a whole when it is complete: strings go over the borders of chunks.
 * highlight.js 11.12 is quadratic on some texts: 16 000 characters of "$" as java take a page 2 s, 6 000 take 0.2.
 */
const WHOLE = 6_000;

export class Code {
  /**
   * @param {string} info the fence's info string
   * @param {import("../parts/host.js").Host} host
   * @param {(host: import("../parts/host.js").Host, code: Code) => import("./code_actions.js").Action[]} [actions]
   * @param {string} [title] shown instead of the language
   */
  constructor(info, host, actions = ofAnswer, title = "") {
    this.language = languageOf(info);
    this.host = host;
    this.actions = actions;
    this.closed = false;
    /** @type {string[]} */
    this.frozen = [];
    this.open = "";
    this.shown = "";
    /** Chunks that have no colours yet: many came at once. @type {[HTMLElement, string][]} */
    this.pale = [];
    this.code = h("code");
    this.chunk = this.code.appendChild(h("span", { class: "chunk" }));
    this.pre = h("pre", { tabindex: "0", role: "group", "aria-label": host.text("code", this.language || host.text("code.plain")) }, this.code);
    this.bar = h("div", { class: "code-bar" }, h("span", { class: "code-language" }, title || this.language));
    this.element = h("div", { class: "code" }, this.bar, this.pre);
    this.#buttons();
  }

  /** The text of all lines so far. */
  get text() {
    return [...this.frozen, this.open].join("").replace(/\n$/, "");
  }

  /** @param {string} lines whole lines, each with its end */
  append(lines) {
    let from = 0;
    while (from < lines.length) {
      const room = CHUNK - this.open.length;
      let to = lines.length;
      if (lines.length - from > room) {
        const end = lines.indexOf("\n", from + Math.max(0, room));
        to = end < 0 ? lines.length : end + 1;
      }
      this.open += lines.slice(from, to);
      from = to;
      if (this.open.length >= CHUNK && this.open.endsWith("\n")) this.#freeze();
    }
  }

  #freeze() {
    const text = this.open.replace(/\n$/, "");
    this.chunk.textContent = text;
    this.pale.push([this.chunk, text]);
    painter.add(this);
    this.frozen.push(this.open);
    this.open = "";
    this.shown = "";
    this.chunk = this.code.appendChild(h("span", { class: "chunk" }));
  }

  /** @param {string} rest the line that is being written */
  paint(rest) {
    const text = (this.open + rest).replace(/\n$/, "");
    if (text === this.shown && this.chunk.firstChild) return;
    this.shown = text;
    this.chunk.replaceChildren(coloured(text, this.language));
  }

  /** Colours for one chunk; whether there are more. */
  step() {
    const [chunk, text] = this.pale.shift() ?? [];
    chunk?.replaceChildren(coloured(text, this.language));
    return this.pale.length > 0;
  }

  /** A job of the painter has a tail; the answer paints ours. */
  tail() {}

  close() {
    const text = this.text;
    if (this.frozen.length && text.length <= WHOLE) {
      this.pale = [];
      this.code.replaceChildren(h("span", { class: "chunk" }, coloured(text, this.language)));
    } else {
      this.paint("");
      if (!this.chunk.textContent && this.frozen.length) this.chunk.remove();
    }
    this.closed = true;
    this.#buttons();
  }

  #buttons() {
    const actions = this.actions(this.host, this).map(({ name, glyph, act, why }) => {
      const made = iconButton(glyph, this.host.text(name), () => act(made));
      if (why) enable(made, this.host.text(name), why);
      return made;
    });
    this.bar.querySelector(".code-actions")?.remove();
    this.bar.append(h("span", { class: "code-actions" }, ...actions));
  }
}
