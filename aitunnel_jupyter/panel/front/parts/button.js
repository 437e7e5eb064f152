import { icon } from "../look/icons.js";
import { h } from "./element.js";

/**
 * A button that is an icon with a name.
 * @param {string} glyph
 * @param {string} title
 * @param {(event: MouseEvent) => void} act
 * @param {Record<string, any>} [attributes]
 * @returns {HTMLButtonElement}
 */
export function iconButton(glyph, title, act, attributes = {}) {
  const made = h("button", { type: "button", class: "icon", title, "aria-label": title, ...attributes }, icon(glyph));
  made.addEventListener("click", (event) => made.getAttribute("aria-disabled") !== "true" && act(event));
  return made;
}

/** Say that a button works, or why it does not; it stays reachable, so that the reason can be read. */
export function enable(button, title, why = "") {
  const words = why ? `${title}: ${why}` : title;
  if (button.title === words || button.dataset.done) return;
  button.title = words;
  button.setAttribute("aria-label", words);
  if (why) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
}
