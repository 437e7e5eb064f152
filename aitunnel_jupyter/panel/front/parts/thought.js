/** The model's reasoning, folded. Its text only grows, so it is one text node that is added to. */
import { decided, printable } from "../prose/controls.js";
import { h } from "./element.js";

export class Thought {
  /** @param {import("./host.js").Host} host */
  constructor(host) {
    this.host = host;
    this.label = h("summary");
    this.text = document.createTextNode("");
    /** What stands in `text`, as it came. */
    this.taken = "";
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
    if (!this.element.open || reasoning.length === this.taken.length) return;
    const low = this.box.scrollHeight - this.box.clientHeight - this.box.scrollTop < 32;
    if (!reasoning.startsWith(this.taken)) this.taken = this.text.data = "";
    const fresh = reasoning.slice(this.taken.length);
    const now = fresh.slice(0, this.turn?.state === "thinking" ? decided(fresh) : fresh.length);
    this.text.appendData(printable(now.replace(/\r\n?/g, "\n"), this.text.data.slice(-2)));
    this.taken += now;
    if (low && this.turn?.state === "thinking") this.box.scrollTop = this.box.scrollHeight;
  }
}
