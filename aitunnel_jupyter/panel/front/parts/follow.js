/** The transcript follows new text while its reader is at the bottom, and offers to go there otherwise. */
import { icon } from "../look/icons.js";
import { h } from "./element.js";

const NEAR = 32;

export class Follow {
  #at = true;

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} content
   * @param {string} label
   */
  constructor(scroller, content, label) {
    this.scroller = scroller;
    this.button = h("button", { type: "button", class: "newer", hidden: true, onclick: () => this.bottom() }, icon("down"), label);
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // A wheel or a key away from the bottom counts before the page has scrolled.
    scroller.addEventListener("wheel", (event) => event.deltaY < 0 && this.#leave(), { passive: true });
    scroller.addEventListener("keydown", (event) => ["PageUp", "ArrowUp", "Home"].includes(event.key) && event.target === scroller && this.#leave());
    this.sizes = new ResizeObserver(() => this.grown());
    this.sizes.observe(content);
    this.sizes.observe(scroller);
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const near = scrollHeight - clientHeight - scrollTop < NEAR;
    const up = scrollTop < this.last - 1;
    this.last = scrollTop;
    if (near) {
      this.#at = true;
      this.button.hidden = true;
    } else if (up) this.#leave();
  }

  #leave() {
    if (this.scroller.scrollHeight > this.scroller.clientHeight + NEAR) this.#at = false;
  }

  /** The text became longer, or the panel another size. */
  grown() {
    if (this.#at) this.#down();
  }

  /** There is something new to read. */
  news() {
    if (!this.#at) this.button.hidden = false;
  }

  bottom() {
    this.#at = true;
    this.button.hidden = true;
    this.#down();
  }

  #down() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.last = this.scroller.scrollTop;
  }

  stop() {
    this.sizes.disconnect();
  }
}
