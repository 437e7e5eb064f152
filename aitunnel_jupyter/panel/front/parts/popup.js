/** A small window over the panel, at the button that opened it. Escape, or a click elsewhere, closes it. */
import { h } from "./element.js";

const ROOM = 240;
const EDGE = 8;

export class Popup {
  /**
   * @param {HTMLElement} root the panel
   * @param {HTMLElement} anchor the button; the focus goes back to it
   * @param {string} label
   * @param {Node[]} content
   */
  constructor(root, anchor, label, content) {
    this.root = root;
    this.anchor = anchor;
    this.element = h("div", { class: "popup", role: "dialog", "aria-label": label }, ...content);
    this.outside = (event) => {
      if (!this.element.contains(event.target) && !anchor.contains(event.target)) this.close(false);
    };
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        this.close();
      }
    });
    this.element.addEventListener("focusout", (event) => {
      if (event.relatedTarget instanceof Node && !this.element.contains(event.relatedTarget)) this.close(false);
    });
    /** @type {() => void} */
    this.closed = () => {};
  }

  get isOpen() {
    return this.element.isConnected;
  }

  open() {
    this.root.append(this.element);
    this.anchor.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", this.outside, true);
    this.#place();
    this.element.querySelector("input,button")?.focus();
  }

  close(back = true) {
    if (!this.isOpen) return;
    document.removeEventListener("pointerdown", this.outside, true);
    this.anchor.setAttribute("aria-expanded", "false");
    this.element.remove();
    if (back) this.anchor.focus({ preventScroll: true });
    this.closed();
  }

  #place() {
    const panel = this.root.getBoundingClientRect();
    const anchor = this.anchor.getBoundingClientRect();
    const width = this.element.offsetWidth;
    const left = Math.max(EDGE, Math.min(anchor.left - panel.left, panel.width - width - EDGE));
    const below = panel.bottom - anchor.bottom;
    const above = anchor.top - panel.top;
    const style = this.element.style;
    style.left = `${left}px`;
    if (below >= Math.min(ROOM, above)) style.top = `${anchor.bottom - panel.top + 4}px`;
    else style.bottom = `${panel.bottom - anchor.top + 4}px`;
    style.maxHeight = `${Math.max(below, above) - 2 * EDGE}px`;
  }
}
