/** What every part of one view needs: the store, the texts, and the few things that reach outside of the panel. */
import { icon } from "../look/icons.js";
import { textsOf } from "../state/texts.js";
import { Cells } from "./cells.js";
import { copy } from "./clipboard.js";

const SHOWN = 1_500;

export class Host {
  /**
   * @param {import("../state/store.js").Store} store
   * @param {HTMLElement} root
   */
  constructor(store, root) {
    this.store = store;
    this.root = root;
    this.text = textsOf(store.get("language"));
    const inPage = new Cells(root);
    this.inPage = inPage;
    this.cells = {
      /** Why code cannot go below a cell here, or do more with it, or nothing. */
      why: (more = false) => {
        if (inPage.own || (!more && inPage.isBeside)) return "";
        return this.text("code.nowhere");
      },
    };
    /** @type {(text: string, kind?: string) => void} */
    this.tell = () => {};
  }

  /** Stop what runs; a kernel that hears between cells only does it later, and that is said. */
  stop() {
    this.store.send({ type: "stop" });
    if (this.store.state === "slow") this.tell(this.text("stop.slow"));
  }

  /** Copy and show on the button that it was done. */
  async copy(text, button, element) {
    const done = await copy(text, element);
    if (done) this.confirm(button, this.text("copied"));
    else this.tell(this.text("copy.failed"), "error");
  }

  /** A tick instead of the button's icon, for a moment. */
  confirm(button, words) {
    const old = button.querySelector("svg");
    if (!old || button.dataset.done) return;
    const title = button.title;
    button.dataset.done = "1";
    old.replaceWith(icon("check"));
    button.title = words;
    button.setAttribute("aria-label", words);
    setTimeout(() => {
      delete button.dataset.done;
      button.querySelector("svg")?.replaceWith(old);
      button.title = title;
      button.setAttribute("aria-label", title);
    }, SHOWN);
  }

  /** Code into a cell, by the page: no kernel can do that for a widget. */
  async insert(code, where, run, button) {
    let done = false;
    try {
      done = await (run ? this.inPage.run(code) : where === "replace" ? this.inPage.replace(code) : this.inPage.insertBelow(code));
    } catch {
      done = false;
    }
    if (!done) this.tell(this.text("code.failed"), "error");
    else this.confirm(button, this.text(where === "replace" ? "code.replaced" : "code.inserted"));
  }
}
