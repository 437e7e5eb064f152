/** What can be done with code, as the buttons above it. */
import { download } from "../parts/download.js";
import { isPython } from "./colours.js";

/**
 * @typedef {{name: keyof typeof import("../state/texts.js").TEXTS, glyph: string, act: (button: HTMLElement) => void, why?: string}} Action
 * @typedef {{text: string, language: string, closed: boolean}} Shown
 */

/**
 * For code of an answer.
 * @param {import("../parts/host.js").Host} host
 * @param {Shown} code
 * @returns {Action[]}
 */
export function ofAnswer(host, code) {
  const writing = code.closed ? "" : host.text("code.writing");
  const place = writing || host.cells.why(true);
  const run = place || (isPython(code.language) ? "" : host.text("code.not_python"));
  const insert = (where, runs) => (button) => host.insert(code.text, where, runs, button);
  return [
    { name: "code.copy", glyph: "copy", act: (button) => host.copy(code.text, button) },
    { name: "code.insert", glyph: "insert", act: insert("below", false), why: writing || host.cells.why() },
    { name: "code.replace", glyph: "replace", act: insert("replace", false), why: place },
    { name: "code.run", glyph: "run", act: insert("below", true), why: run },
  ];
}

/**
 * For a program that asks what was asked.
 * @param {import("../parts/host.js").Host} host
 * @param {{name: string, text: string, cell: string}} program `cell` is what runs it in a cell
 * @param {() => void} close
 * @param {boolean} fits whether it is shown, and may go into a cell
 * @returns {Action[]}
 */
export function ofProgram(host, { name, text, cell }, close, fits) {
  const insert = { name: "code.insert", glyph: "insert", act: (button) => host.insert(cell, "below", false, button), why: host.cells.why() };
  return [
    { name: "code.copy", glyph: "copy", act: (button) => host.copy(text, button) },
    ...(fits ? [insert] : []),
    { name: "code.download", glyph: "export", act: () => download(name, text, "text/plain") },
    { name: "close", glyph: "close", act: close },
  ];
}
