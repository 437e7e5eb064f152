/** The panel's icons: lines on a grid of 16, in the colour of the text around them. */

const PATHS = {
  attach: "M13 7.5 7.8 12.7a3 3 0 0 1-4.3-4.3l5.6-5.5a2 2 0 0 1 2.9 2.8L6.5 11.2a1 1 0 0 1-1.4-1.4l4.8-4.8",
  chats: "M8 4.5V8l2.3 1.6M2.2 6.8A6 6 0 1 1 2 8M2 3.8v3h3",
  check: "m3 8.5 3.2 3.2L13 4.8",
  chevron: "m4.5 6.3 3.5 3.5 3.5-3.5",
  close: "m4 4 8 8m0-8-8 8",
  copy: "M5.5 5.5V3.6c0-.6.5-1.1 1.1-1.1h5.8c.6 0 1.1.5 1.1 1.1v5.8c0 .6-.5 1.1-1.1 1.1h-1.9M3.6 5.5h5.8c.6 0 1.1.5 1.1 1.1v5.8c0 .6-.5 1.1-1.1 1.1H3.6c-.6 0-1.1-.5-1.1-1.1V6.6c0-.6.5-1.1 1.1-1.1Z",
  delete: "M2.8 4.3h10.4M6.3 4.3V2.8h3.4v1.5M4.2 4.3l.6 8.9h6.4l.6-8.9M6.7 6.8v4M9.3 6.8v4",
  down: "M8 3v9.5M4 8.7l4 4 4-4",
  edit: "m10.9 2.9 2.2 2.2-7.6 7.6-2.9.7.7-2.9 7.6-7.6Z",
  export: "M8 2.5v7.2M5 7l3 3 3-3M2.8 10.8v2.7h10.4v-2.7",
  hide: "M2.5 2.5l11 11M6.6 3.7A7 7 0 0 1 8 3.5c4 0 6.3 4.5 6.3 4.5a11 11 0 0 1-1.9 2.4M4.3 5.2A11 11 0 0 0 1.7 8S4 12.5 8 12.5c1 0 2-.3 2.8-.8M6.7 6.8a1.8 1.8 0 0 0 2.5 2.5",
  insert: "M2.5 3h11v4h-11zM8 9.2v4.6M5.7 11.5h4.6",
  left: "m9.8 4-4 4 4 4",
  markdown: "M1.8 4h12.4v8H1.8zM4 10V6l1.8 2.2L7.6 6v4M11 6v4M9.6 8.6 11 10l1.4-1.4",
  more: "M4 8h.01M8 8h.01M12 8h.01",
  new: "M8 3v10M3 8h10",
  picture: "M2.5 3h11v10h-11zM2.5 11l3.2-3.2 2.6 2.6 1.9-1.9 3.3 3M10.3 6h.01",
  program: "M5.2 4.6 2 8l3.2 3.4M10.8 4.6 14 8l-3.2 3.4M9.2 3 6.8 13",
  redo: "M13 8a5 5 0 1 1-1.6-3.7L13 5.8M13 2.6v3.2H9.8",
  replace: "M11 2.3 13.2 4.5 11 6.7M13 4.5H4.5a2 2 0 0 0-2 2V8M5 9.3 2.8 11.5 5 13.7M3 11.5h8.5a2 2 0 0 0 2-2V8",
  right: "m6.2 4 4 4-4 4",
  run: "M4.8 3.2v9.6L12.6 8Z",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.3 10.3l3.4 3.4",
  send: "M8 13V3.4M3.8 7.4 8 3.2l4.2 4.2",
  settings: "M2 4.5h6.2M12 4.5h2M2 11.5h2M7.8 11.5H14M10.1 6.4a1.9 1.9 0 1 0 0-3.8 1.9 1.9 0 0 0 0 3.8ZM5.9 13.4a1.9 1.9 0 1 0 0-3.8 1.9 1.9 0 0 0 0 3.8Z",
  show: "M1.7 8S4 3.5 8 3.5 14.3 8 14.3 8 12 12.5 8 12.5 1.7 8 1.7 8ZM8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6Z",
  stop: "M4.5 4.5h7v7h-7z",
  swap: "M3 5.3h9.3M9.8 2.8l2.5 2.5-2.5 2.5M13 10.7H3.7M6.2 8.2l-2.5 2.5 2.5 2.5",
};
const FILLED = new Set(["run", "stop"]);
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {keyof typeof PATHS} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 16 16", width: "16", height: "16", "aria-hidden": "true", focusable: "false" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  path.setAttribute("fill", FILLED.has(name) ? "currentColor" : "none");
  path.setAttribute("stroke", "currentColor");
  path.setAttribute("stroke-width", name === "more" ? "2" : "1.3");
  path.setAttribute("stroke-linecap", "round");
  path.setAttribute("stroke-linejoin", "round");
  svg.append(path);
  return svg;
}
