/** The pictures of an answer. A press makes one larger; one that lies elsewhere is only fetched after a press. */
import { isImage, isRemote } from "../prose/links.js";
import { icon } from "../look/icons.js";
import { h } from "./element.js";

/** Characters of a `data:` picture: what models draw has some megabytes. */
const LONGEST = 40_000_000;

export class Pictures {
  /** @param {import("./host.js").Host} host */
  constructor(host) {
    this.host = host;
    /** @type {string[]} */
    this.urls = [];
    this.element = h("div", { class: "pictures", hidden: true });
  }

  /** @param {string[]} urls */
  show(urls) {
    if (urls.length === this.urls.length && urls.every((url, at) => url === this.urls[at])) return;
    this.urls = urls;
    this.element.hidden = !urls.length;
    this.element.replaceChildren(...urls.map((url, at) => this.#picture(url, `${this.host.text("picture")} ${at + 1}`)));
  }

  #picture(url, name) {
    if (isImage(url, LONGEST)) return this.#figure(url, name);
    if (!isRemote(url)) return h("span", { class: "picture" }, name);
    // The transcript puts the picture in its place when it is pressed.
    return h("a", { class: "picture", href: url, target: "_blank", rel: "noopener noreferrer" }, this.host.text("picture.load", url.split(/[/?#]/)[2]));
  }

  #figure(url, name) {
    const { text } = this.host;
    const larger = h("button", { type: "button", "aria-expanded": "false", title: text("picture.larger") }, h("img", { src: url, alt: name }));
    const title = text("picture.save", name);
    const file = `${name}.${url.slice("data:image/".length, url.indexOf(";"))}`;
    const box = h("figure", {}, larger, h("a", { class: "icon", href: url, download: file, title, "aria-label": title }, icon("export")));
    larger.addEventListener("click", () => {
      const whole = box.classList.toggle("whole");
      larger.setAttribute("aria-expanded", String(whole));
      larger.title = text(whole ? "picture.smaller" : "picture.larger");
    });
    return box;
  }
}
