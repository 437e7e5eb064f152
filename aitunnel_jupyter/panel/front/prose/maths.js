/** Formulas in text: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`, but not "$5 and $10". They leave as MathML. */
import temml from "temml";
import { LONGEST, mathsBlock } from "./maths_block.js";

const CLOSERS = { $$: "$$", "\\(": "\\)", "\\[": "\\]" };
/** Macros that link, style, name, load or redefine: shown as code, as the cells of the magics do. */
const MACROS =
  /\\(?:href|url|style|class|cssId|html\w*|data|require|bbox|mmlToken|unicode|includegraphics|texttip|mathtip|tooltip|toggle|action|csname|[egx]?def|let|global|(?:re)?newcommand|(?:re)?newenvironment|providecommand|DeclareMathOperator|Newextarrow|(?:eq|auto|page)?ref|begingroup|catcode|input)(?![A-Za-z])/;
/** What makes room, and the lengths behind it; "1500 cm" elsewhere is physics. */
const ROOM =
  /\\(?:[rR]ule|Space|[hvm]space|[hvm]skip|m?kern|raise(?:box)?|lower|move(?:left|right)|above\w*|genfrac|\\(?=\s*\[))([*[\]{}()|./\s+\-\dA-Za-z]{1,80})/g;
const LENGTH = /(\d{1,9})[\d.]*\s*(em|ex|rem|pc|cm|mm|in|mu|[a-z]{2})/g;
const POINTS = { em: 10, ex: 5, rem: 10, pc: 12, cm: 28, mm: 3, in: 72, mu: 0.6 };
/** Points that the room in a formula may have together. */
const LARGEST = 1_000;
const REPEATED = /\*\s*\{\s*\d{3,}/;
const CHAIN = /(?:\\[A-Za-z]+\s*){40}/;
const STEP = /\\(?:left|right|begin|end)(?![A-Za-z])|\\.|[{}]/gs;
const DEEPER = { "{": 1, "\\left": 1, "\\begin": 1, "}": -1, "\\right": -1, "\\end": -1 };
/** Levels of groups in a formula; the typesetter goes down into each. */
const DEEPEST = 40;
const LABEL = /\\label\s*\{[^{}]*\}/g;
const TEX = /[\\^_={}+\-*/<>|]/;
const WORD = /(?<![\\A-Za-z])\p{L}{3,}/u;
const LETTER = /[\p{L}\p{N}]/u;

/**
 * One formula as MathML, or as code if it is none or asks for more than typesetting.
 * @param {string} tex
 * @param {boolean} display
 * @param {(text: string) => string} escape
 */
export function formulaHtml(tex, display, escape) {
  const text = tex.replace(LABEL, "").trim();
  if (!MACROS.test(text) && !isHeavy(text)) {
    try {
      return temml.renderToString(text, { displayMode: display, throwOnError: true, trust: false, maxExpand: 200, maxSize: [20, 200] });
    } catch {
      // What is not TeX is shown as it was written.
    }
  }
  return `<code>${escape(tex.trim())}</code>`;
}

/** Whether a page would suffer from it: room of metres, hundreds of columns, groups in groups in groups. */
export function isHeavy(text) {
  if (REPEATED.test(text) || CHAIN.test(text)) return true;
  let points = 0;
  for (const [, room] of text.matchAll(ROOM)) {
    for (const [, number, unit] of room.matchAll(LENGTH)) points += Number(number) * (POINTS[unit] ?? 1);
  }
  let deepest = 0;
  let depth = 0;
  for (const [step] of text.matchAll(STEP)) {
    depth += DEEPER[step] ?? 0;
    deepest = Math.max(deepest, depth);
  }
  return points > LARGEST || deepest > DEEPEST;
}

/**
 * The formula that begins at `start`, if one does: its end, its TeX, and whether it is a display formula.
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @returns {[number, string, boolean] | null}
 */
export function inlineFormula(text, start, end) {
  const opener = text.slice(start, start + 2);
  const closer = CLOSERS[opener];
  if (!closer) return opener[0] === "$" ? dollars(text, start, end) : null;
  const limit = Math.min(end, start + 2 + LONGEST);
  let stop = text.slice(0, limit).indexOf(closer, start + 2);
  while (stop > start && closer !== "$$" && backslashes(text, start, stop) % 2) stop = text.slice(0, limit).indexOf(closer, stop + 1);
  if (stop < 0 || !text.slice(start + 2, stop).trim()) return null;
  return [stop + 2, text.slice(start + 2, stop), opener !== "\\("];
}

function backslashes(text, start, stop) {
  let at = stop;
  while (at > start && text[at - 1] === "\\") at -= 1;
  return stop - at;
}

/** `$…$` where it cannot be money. */
function dollars(text, start, end) {
  const limited = text.slice(0, Math.min(end, start + 1 + LONGEST));
  let stop = limited.indexOf("$", start + 1);
  while (stop > 0 && backslashes(text, start, stop) % 2) stop = limited.indexOf("$", stop + 1);
  const tex = text.slice(start + 1, Math.max(stop, 0));
  if (stop <= start + 1 || /^\s|\s$|`/.test(tex)) return null;
  const before = text[start - 1] ?? "";
  const after = stop + 1 < end ? text[stop + 1] : "";
  if (LETTER.test(before) || LETTER.test(after) || after === "$" || isMoney(tex)) return null;
  return [stop + 1, tex, false];
}

/** `5. Then 10`: an amount and words, no TeX. */
function isMoney(tex) {
  return /\s/.test(tex) && (!TEX.test(tex) || (/^\d/.test(tex) && WORD.test(tex) && !tex.includes("\\")));
}

/**
 * Teach `markdown` formulas, in text and as blocks.
 * @param {import("markdown-it").default} markdown
 */
export function install(markdown) {
  const { escapeHtml } = markdown.utils;
  markdown.inline.ruler.before("escape", "maths", maths);
  markdown.block.ruler.before("fence", "maths_block", mathsBlock, { alt: ["paragraph", "reference", "blockquote", "list"] });
  markdown.renderer.rules.maths = (tokens, at) => formulaHtml(tokens[at].content, tokens[at].meta, escapeHtml);
  markdown.renderer.rules.maths_block = (tokens, at) =>
    tokens[at].info ? "" : `<p class="formula">${formulaHtml(tokens[at].content, true, escapeHtml)}</p>`;
}

/** Inline rule. */
function maths(state, silent) {
  const sign = state.src[state.pos];
  if (sign !== "$" && sign !== "\\") return false;
  const found = inlineFormula(state.src, state.pos, state.posMax);
  if (!found) return loneDollars(state, silent);
  if (!silent) {
    const token = state.push("maths", "", 0);
    [, token.content, token.meta] = found;
  }
  state.pos = found[0];
  return true;
}

/** A run of dollars that opens nothing is passed as a whole, or a long one would be searched at each. */
function loneDollars(state, silent) {
  let stop = state.pos;
  while (stop < state.posMax && state.src[stop] === "$") stop += 1;
  if (stop - state.pos < 2) return false;
  if (!silent) state.pending += state.src.slice(state.pos, stop);
  state.pos = stop;
  return true;
}
