/**
 * An element of the page. Texts become text nodes; there is no way to write HTML with it.
 * @param {string} tag
 * @param {Record<string, any>} [attributes] `on…` are listeners, null and false are left out
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {any}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

let last = 0;

/** An id that no other element of the page has. */
export function unique(name) {
  last += 1;
  return `aitunnel-${name}-${last}-${Math.random().toString(36).slice(2, 7)}`;
}
