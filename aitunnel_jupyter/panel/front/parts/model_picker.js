/** Which model answers: name, context, price. */
import { h } from "./element.js";
import { search } from "./search.js";

/** What the kernel named last, shown at once the next time. @type {any[]} */
let known = [];

/**
 * @param {import("./host.js").Host} host
 * @param {HTMLElement} anchor
 * @param {string} current
 * @param {(name: string) => void} choose
 */
export function pickModel(host, anchor, current, choose) {
  const { text } = host;
  const row = (item) => [
    h("span", { class: "choice-name" }, item.own ? text("model.use", item.name) : item.name),
    h("span", { class: "choice-detail" }, [item.context && text("model.context", item.context), item.price].filter(Boolean).join(" · ")),
  ];
  const stop = host.store.listen((what, message) => {
    if (what === "models" && message.items?.length > known.length) known = message.items;
  });
  const popup = search(host, {
    anchor,
    label: text("model.search"),
    ask: "models",
    row,
    known,
    current: (item) => item.name === current,
    own: (name) => ({ name, own: true }),
    choose: (item) => choose(item.name),
  });
  const { closed } = popup;
  popup.closed = () => {
    stop();
    closed();
  };
}
