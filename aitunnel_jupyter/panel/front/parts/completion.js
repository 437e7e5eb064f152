/** `@` and what follows it: variables, files, the last error, the last output. */
import { next } from "./attachments.js";
import { Choices } from "./choices.js";
import { h } from "./element.js";

const FRAGMENT = /(?:^|[\s([{,;:])@([^\s@]*)$/;
const PAUSE = 60;

export class Completion {
  #seq = -1;
  #timer = 0;
  #dismissed = "";

  /**
   * @param {import("./host.js").Host} host
   * @param {HTMLTextAreaElement} area
   * @param {(item: any, from: number, to: number) => void} choose
   */
  constructor(host, area, choose) {
    this.host = host;
    this.area = area;
    const row = (item) => [
      h("span", { class: "choice-name" }, item.label),
      h("span", { class: "choice-detail" }, [item.detail, item.tokens ? host.text("tokens", item.tokens.toLocaleString()) : ""].filter(Boolean).join(" · ")),
    ];
    this.choices = new Choices(
      area,
      host.text("completions"),
      (item) => {
        const place = this.#place();
        this.close();
        if (place) choose(item, place.from, place.to);
      },
      row,
    );
    this.element = h("div", { class: "completion", hidden: true }, this.choices.element);
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** The `@` word before the cursor. */
  #place() {
    const to = this.area.selectionStart ?? 0;
    const match = this.area.selectionEnd === to ? FRAGMENT.exec(this.area.value.slice(0, to)) : null;
    return match && { fragment: match[1], from: to - match[1].length - 1, to };
  }

  /** The text or the cursor moved. */
  look() {
    clearTimeout(this.#timer);
    const place = this.#place();
    const key = place ? `${place.from}` : "";
    if (!place || key === this.#dismissed) {
      if (!place) this.#dismissed = "";
      this.close();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#seq = next();
      this.host.store.send({ type: "complete", seq: this.#seq, fragment: place.fragment });
    }, PAUSE);
  }

  /** The kernel's answer; one to an older question is nothing. */
  hear({ seq, items }) {
    if (seq !== this.#seq || !this.#place()) return;
    this.element.hidden = !items?.length;
    if (!items?.length) {
      this.choices.unbind();
      return;
    }
    this.choices.bind();
    this.choices.show(items);
  }

  key(event) {
    if (!this.isOpen) return false;
    if (event.key === "Escape") {
      this.#dismissed = `${this.#place()?.from ?? ""}`;
      this.close();
    } else if (event.key === "Tab" && !event.shiftKey && this.choices.items[this.choices.active]) this.choices.choose(this.choices.items[this.choices.active]);
    else return this.choices.key(event);
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  close() {
    clearTimeout(this.#timer);
    this.#seq = -1;
    this.element.hidden = true;
    this.choices.unbind();
  }
}
