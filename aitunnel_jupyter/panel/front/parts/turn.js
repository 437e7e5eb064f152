/** A prompt and its answer. */
import { Answer } from "../prose/answer.js";
import { isRunning } from "../state/turns.js";
import { enable } from "./button.js";
import { h } from "./element.js";
import { Footer } from "./footer.js";
import { Pictures } from "./pictures.js";
import { Program } from "./program.js";
import { Prompt } from "./prompt.js";
import { Thought } from "./thought.js";

export class TurnView {
  /**
   * @param {import("./host.js").Host} host
   * @param {import("../state/turns.js").Turn} turn
   * @param {{edit: (id: string) => void, grown: () => void}} acts
   */
  constructor(host, turn, acts) {
    const { store, text } = host;
    this.host = host;
    this.turn = turn;
    this.epoch = 0;
    this.prompt = new Prompt(host, turn.id, acts.edit);
    this.thought = new Thought(host);
    this.tools = h("div", { class: "tool-calls" });
    this.note = h("p", { class: "waiting" });
    this.answer = new Answer(host, acts.grown);
    this.pictures = new Pictures(host);
    this.program = new Program(host, () => this.turn.id);
    this.message = h("span");
    this.retry = h("button", { type: "button", class: "text-button", onclick: () => store.send({ type: "retry", id: turn.id }) }, text("retry"));
    this.error = h("div", { class: "error" }, this.message, this.retry);
    this.footer = new Footer(host, () => this.turn, { answer: this.answer.element, program: (anchor) => this.program.choose(anchor) });
    this.element = h(
      "article",
      { class: "turn" },
      this.prompt.element,
      h("h3", { class: "unseen" }, text("answer")),
      this.thought.element,
      this.tools,
      this.note,
      this.answer.element,
      this.pictures.element,
      this.error,
      this.footer.element,
      this.program.element,
    );
    this.show(turn);
  }

  /** Everything but the text is shown again. */
  show(turn) {
    const { text } = this.host;
    this.turn = turn;
    this.element.classList.toggle("put-aside", Boolean(turn.hidden));
    this.prompt.show(turn);
    this.error.hidden = !turn.error && turn.state !== "failed";
    this.message.textContent = turn.error || text("failed");
    enable(this.retry, text("retry"), this.host.store.state === "dead" ? text("send.dead") : "");
    this.#tools(turn.tools ?? []);
    this.pictures.show(turn.images ?? []);
    this.footer.show(turn);
    this.grow();
  }

  /** The text became longer, or another one. */
  grow() {
    const { turn } = this;
    const epoch = this.host.store.turns.epoch(turn.id);
    const running = isRunning(turn);
    this.thought.show(turn);
    const note = turn.note || this.host.text("waiting");
    if (this.note.textContent !== note) this.note.textContent = note;
    this.note.hidden = !(turn.state === "waiting" || (turn.state === "thinking" && !turn.reasoning));
    this.answer.show(turn.text, epoch === this.epoch, !running);
    this.answer.element.hidden = !turn.text;
    this.epoch = epoch;
  }

  #tools(calls) {
    const key = JSON.stringify(calls);
    if (key === this.calls) return;
    this.calls = key;
    this.tools.hidden = !calls.length;
    this.tools.replaceChildren(
      ...calls.map((call) => h("details", {}, h("summary", {}, this.host.text("tool", call.name)), h("pre", { tabindex: "0" }, pretty(call.arguments)))),
    );
  }

  remove() {
    this.answer.remove();
    this.element.remove();
  }
}

function pretty(text) {
  try {
    return JSON.stringify(typeof text === "string" ? JSON.parse(text) : text, null, 2);
  } catch {
    return String(text);
  }
}
