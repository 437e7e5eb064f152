/** What the person asked: the text as typed, and what went along. */
import { printable } from "../prose/controls.js";
import { isImage } from "../prose/links.js";
import { iconButton } from "./button.js";
import { h } from "./element.js";

const LINES = 12;
const CHARACTERS = 1_200;

export class Prompt {
  /**
   * @param {import("./host.js").Host} host
   * @param {string} id
   * @param {(id: string) => void} edit
   */
  constructor(host, id, edit) {
    const { text, store } = host;
    this.host = host;
    /** @type {{prompt?: string, chips?: string}} as they came */
    this.shown = {};
    this.words = h("div", { class: "prompt-text" });
    this.more = h("button", { type: "button", class: "link", hidden: true, onclick: () => this.#fold(!this.folded) });
    this.chips = h("div", { class: "chips" });
    this.edit = iconButton("edit", text("edit"), () => edit(id));
    const to = (step) => () => store.send({ type: "branch", id, to: this.variant.index + step });
    this.before = iconButton("left", text("branch.before"), to(-1));
    this.after = iconButton("right", text("branch.after"), to(1));
    this.count = h("span", { class: "branch-count" });
    this.branch = h("span", { class: "branch", role: "group" }, this.before, this.count, this.after);
    this.element = h(
      "div",
      { class: "prompt" },
      h("h3", { class: "unseen" }, text("you")),
      h("div", { class: "bubble" }, this.words, this.more, this.chips),
      h("div", { class: "prompt-actions actions" }, this.branch, this.edit),
    );
  }

  /** @param {import("../state/turns.js").Turn} turn */
  show(turn) {
    const { text } = this.host;
    if (this.shown.prompt !== turn.prompt) {
      this.shown.prompt = turn.prompt;
      this.words.textContent = printable(turn.prompt);
      this.more.hidden = turn.prompt.length < CHARACTERS && turn.prompt.split("\n").length <= LINES;
      this.#fold(!this.more.hidden);
    }
    this.words.hidden = !turn.prompt;
    this.#chips(turn.chips);
    this.chips.hidden = !this.chips.childNodes.length;
    this.variant = turn.variant ?? { index: 1, count: 1 };
    const { index, count } = this.variant;
    this.branch.hidden = count < 2;
    this.branch.setAttribute("aria-label", text("branch", index, count));
    this.count.textContent = `${index}/${count}`;
    this.before.disabled = index <= 1;
    this.after.disabled = index >= count;
  }

  #chips(chips) {
    const key = JSON.stringify(chips);
    if (key === this.shown.chips) return;
    this.shown.chips = key;
    const picture = ({ picture }) => (picture && isImage(picture) ? h("img", { src: picture, alt: "" }) : null);
    this.chips.replaceChildren(...chips.map((chip) => h("span", { class: "chip" }, picture(chip), h("span", { class: "chip-name" }, chip.label))));
  }

  #fold(folded) {
    this.folded = folded;
    this.words.classList.toggle("folded", folded);
    this.more.textContent = this.host.text(folded ? "prompt.more" : "prompt.less");
    this.more.setAttribute("aria-expanded", String(!folded));
  }
}
