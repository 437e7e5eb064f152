/** A popup with a search field and what the kernel finds: models, conversations. */
import { icon } from "../look/icons.js";
import { Choices } from "./choices.js";
import { h } from "./element.js";
import { Popup } from "./popup.js";

const PAUSE = 120;

/**
 * @param {import("./host.js").Host} host
 * @param {{anchor: HTMLElement, label: string, ask: string, row: (item: any) => Node[], choose: (item: any) => void, own?: (word: string) => any, known?: any[], current?: (item: any) => boolean}} about
 *   `ask` is the type of the message to the kernel and of its reply, `own` makes an item of what was typed, `known` is shown meanwhile
 */
export function search(host, about) {
  const { store, text } = host;
  const field = h("input", { type: "text", class: "field", placeholder: about.label, "aria-label": about.label, autocomplete: "off", spellcheck: "false" });
  const note = h("p", { class: "note", role: "status" }, text("loading"));
  const choices = new Choices(
    field,
    about.label,
    (item) => {
      popup.close();
      about.choose(item);
    },
    about.row,
  );
  const popup = new Popup(host.root, about.anchor, about.label, [h("div", { class: "search" }, icon("search"), field), choices.element, note]);
  let timer = 0;
  const show = (items) => {
    const word = field.value.trim();
    const own = word && about.own && !items.some((item) => item.name === word) ? [about.own(word)] : [];
    const at = word ? 0 : Math.max(0, items.findIndex((item) => about.current?.(item)));
    choices.show([...items, ...own], at);
    choices.element.hidden = !items.length && !own.length;
  };
  const ask = () => store.send({ type: about.ask, search: field.value.trim() });
  const near = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    show((about.known ?? []).filter((item) => words.every((word) => item.name.toLowerCase().includes(word))));
  };
  field.addEventListener("input", () => {
    near();
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  field.addEventListener("keydown", (event) => choices.key(event));
  const stop = store.listen((what, message) => {
    if (what !== about.ask) return;
    const items = message.items ?? [];
    show(items);
    note.textContent = message.note || (items.length ? "" : text("nothing"));
    note.hidden = !note.textContent;
  });
  popup.closed = () => {
    clearTimeout(timer);
    stop();
  };
  choices.bind();
  near();
  popup.open();
  ask();
  return popup;
}
