/** Below an answer: what was asked, as a program in another language. */
import { Code } from "../prose/code.js";
import { ofProgram } from "../prose/code_actions.js";
import { h } from "./element.js";
import { openMenu } from "./menu.js";

const LANGUAGES = {
  "python": "Python (openai)", "python-httpx": "Python (httpx)", "javascript": "JavaScript (openai)", "fetch": "JavaScript (fetch)",
  "go": "Go", "php": "PHP", "curl": "curl",
}; // prettier-ignore
/** A longer program is only copied and saved. */
const LONGEST = 100_000;

export class Program {
  #asked = "";

  /**
   * @param {import("./host.js").Host} host
   * @param {() => string} id of the turn
   */
  constructor(host, id) {
    this.host = host;
    this.id = id;
    this.element = h("div", { class: "program", hidden: true });
  }

  /** @param {HTMLElement} anchor */
  choose(anchor) {
    this.anchor = anchor;
    const ask = (language) => () => {
      this.#asked = language;
      this.host.store.send({ type: "snippet", id: this.id(), language });
    };
    openMenu(this.host.root, anchor, this.host.text("program"), Object.entries(LANGUAGES).map(([language, name]) => [name, ask(language)]));
  }

  /** The kernel's reply goes to all pages: it is shown where it was asked for. */
  hear(program) {
    if (program.language !== this.#asked) return;
    this.#asked = "";
    const fits = program.text.length <= LONGEST;
    const code = new Code(fits ? program.lexer : "", this.host, () => ofProgram(this.host, program, () => this.#close(), fits), program.title || LANGUAGES[program.language]);
    code.append(fits ? program.text : this.host.text("program.long", program.text.length.toLocaleString()));
    code.close();
    this.element.replaceChildren(code.element);
    this.element.hidden = false;
    this.element.scrollIntoView({ block: "nearest" });
    if (document.activeElement === this.anchor) code.pre.focus({ preventScroll: true });
  }

  #close() {
    this.element.hidden = true;
    this.element.replaceChildren();
    this.anchor?.focus({ preventScroll: true });
  }
}
