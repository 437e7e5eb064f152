/** Below an answer: model, seconds, tokens, roubles; and what can be done with it. */
import { isRunning } from "../state/turns.js";
import { enable, iconButton } from "./button.js";
import { h } from "./element.js";
import { pickModel } from "./model_picker.js";

const SURE = 3_000;

export class Footer {
  /**
   * @param {import("./host.js").Host} host
   * @param {() => import("../state/turns.js").Turn} turn
   * @param {{answer: HTMLElement, program: (anchor: HTMLElement) => void}} parts the answer, and what opens its programs
   */
  constructor(host, turn, { answer, program }) {
    const { store, text } = host;
    this.host = host;
    this.line = h("span", { class: "footer-text" });
    const id = () => turn().id;
    const again = (model) => store.send(model ? { type: "regenerate", id: id(), model } : { type: "regenerate", id: id() });
    this.copy = iconButton("copy", text("copy"), () => host.copy(answer.innerText, this.copy, answer));
    this.markdown = iconButton("markdown", text("copy.markdown"), () => host.copy(turn().text, this.markdown));
    this.redo = iconButton("redo", text("regenerate"), () => again());
    this.swap = iconButton("swap", text("regenerate.model"), () => pickModel(host, this.swap, turn().model, again), { "aria-haspopup": "dialog", "aria-expanded": "false" });
    this.program = iconButton("program", text("program"), () => program(this.program), { "aria-haspopup": "dialog", "aria-expanded": "false" });
    this.hide = h("span", { class: "slot" });
    this.trash = iconButton("delete", text("delete"), () => this.#delete(id()));
    this.element = h("div", { class: "footer" }, this.line, h("span", { class: "actions" }, this.copy, this.markdown, this.redo, this.swap, this.program, this.hide, this.trash));
    this.turn = turn;
  }

  /** @param {import("../state/turns.js").Turn} turn */
  show(turn) {
    const { store, text } = this.host;
    const running = isRunning(turn);
    const parts = [turn.state === "stopped" && !turn.footer.includes(text("stopped")) && text("stopped"), turn.hidden && text("hidden"), turn.footer];
    this.line.textContent = parts.filter(Boolean).join(" · ");
    this.element.hidden = running;
    const why = store.state === "dead" ? text("send.dead") : store.turns.running ? text("busy") : "";
    enable(this.redo, text("regenerate"), why);
    enable(this.swap, text("regenerate.model"), why);
    enable(this.trash, text("delete"), why);
    enable(this.program, text("program"), store.state === "dead" ? why : "");
    enable(this.copy, text("copy"));
    this.copy.hidden = this.markdown.hidden = !turn.text;
    if (this.hidden !== turn.hidden) {
      this.hidden = turn.hidden;
      const focused = this.hide.contains(document.activeElement);
      const made = iconButton(turn.hidden ? "show" : "hide", text(turn.hidden ? "show" : "hide"), () => store.send({ type: "hide", id: turn.id }));
      this.hide.replaceChildren(made);
      if (focused) made.focus();
    }
  }

  /** The first press asks, the second one deletes. */
  #delete(id) {
    const { store, text } = this.host;
    if (this.trash.dataset.sure) {
      store.send({ type: "delete", id });
      return;
    }
    this.trash.dataset.sure = "1";
    enable(this.trash, text("delete.sure"));
    setTimeout(() => {
      delete this.trash.dataset.sure;
      enable(this.trash, text("delete"));
    }, SURE);
  }
}
