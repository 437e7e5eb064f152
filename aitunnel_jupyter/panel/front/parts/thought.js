/** The model's reasoning, folded. Its text only grows, so it is one text node that is added to. */
import { h } from "./element.js";

export class Thought {
  /** @param {import("./host.js").Host} host */
  constructor(host) {
    this.host = host;
    this.label = h("summary");
    this.text = document.createTextNode("");
    this.box = h("div", { class: "thought-text", tabindex: "0", role: "group", "aria-label": host.text("reasoning") }, this.text);
    this.element = h("details", { class: "thought", hidden: true, ontoggle: () => this.#fill() }, this.label, this.box);
  }

  /** @param {import("../state/turns.js").Turn} turn */
  show(turn) {
    this.turn = turn;
    this.element.hidden = !turn.reasoning;
    const label = (turn.state === "thinking" && turn.note) || this.host.text("reasoning");
    if (this.label.textContent !== label) this.label.textContent = label;
    this.element.classList.toggle("thinking", turn.state === "thinking");
    if (this.element.open) this.#fill();
  }

  /** Nothing is laid out while it is folded. */
  #fill() {
    const reasoning = this.turn?.reasoning ?? "";
    if (!this.element.open || reasoning.length === this.text.length) return;
    const low = this.box.scrollHeight - this.box.clientHeight - this.box.scrollTop < 32;
    if (reasoning.length > this.text.length && reasoning.startsWith(this.text.data)) this.text.appendData(reasoning.slice(this.text.length));
    else this.text.data = reasoning;
    if (low && this.turn?.state === "thinking") this.box.scrollTop = this.box.scrollHeight;
  }
}
