/** A popup with a few things to choose from. */
import { h } from "./element.js";
import { Popup } from "./popup.js";

/**
 * @param {HTMLElement} root the panel
 * @param {HTMLElement} anchor the button that opens it
 * @param {string} label
 * @param {[string, () => void][]} entries what is shown, and what it does
 */
export function openMenu(root, anchor, label, entries) {
  const items = entries.map(([words, act]) => {
    const item = h("button", { type: "button", role: "menuitem" }, words);
    item.addEventListener("click", () => {
      popup.close();
      act();
    });
    return item;
  });
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label }, ...items);
  menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    items.at((items.indexOf(/** @type {any} */ (document.activeElement)) + step) % items.length)?.focus();
  });
  const popup = new Popup(root, anchor, label, [menu]);
  popup.element.classList.add("narrow");
  popup.open();
}
