/** What is typed and not sent. It is kept by the kernel, and by the browser where there is none any more. */

const PAUSE = 300;

export class Draft {
  #timer = 0;

  /**
   * @param {(text: string) => void} save
   * @param {string} text
   */
  constructor(save, text) {
    this.save = save;
    this.text = text || this.#take();
    /** @type {Set<(text: string, from: any) => void>} */
    this.listeners = new Set();
    addEventListener("pagehide", () => this.#timer && this.flush());
  }

  /** Something was typed in the view `from`. */
  type(text, from) {
    this.text = text;
    for (const listener of this.listeners) listener(text, from);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), PAUSE);
  }

  flush() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.save(this.text);
  }

  /** The kernel's copy changed: what is being typed here is newer. */
  load(text) {
    if (this.#timer || text === this.text) return;
    this.text = text;
    for (const listener of this.listeners) listener(text, null);
  }

  /** The kernel is gone: the browser keeps the text for the next panel on this page. */
  keep() {
    try {
      if (this.text) localStorage.setItem(this.#place, this.text);
    } catch {
      // No storage in a sandboxed frame.
    }
  }

  #take() {
    try {
      const text = localStorage.getItem(this.#place) ?? "";
      if (text) localStorage.removeItem(this.#place);
      return text;
    } catch {
      return "";
    }
  }

  get #place() {
    return `aitunnel-panel-draft:${location.pathname}`;
  }
}
