/**
 * A model's Markdown as a fragment of the page that can do nothing.
 *
 * Two locks: markdown-it only knows the tags below (raw HTML is text), and DOMPurify takes out of the result
 * whatever is not on its own list. Code is not coloured here: see code.js.
 */
import DOMPurify from "dompurify";
import MarkdownIt from "markdown-it";
import { printable } from "./controls.js";
import * as links from "./links.js";
import * as maths from "./maths.js";
import * as unfinished from "./unfinished.js";

/** Levels of nested quotes and lists that are followed; what lies deeper is shown as it was written. */
const DEEPEST = 40;
/** Columns of a table, and cells that may be empty. */
const WIDEST = 200;
const FEW = 5_000;

const MATHML =
  "math annotation menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics";
const HTML = "a blockquote br code del em h1 h2 h3 h4 h5 h6 hr img li ol p pre s span strong table tbody td th thead tr ul";
const ATTRIBUTES =
  "href src alt title target rel class start display mathvariant mathcolor mathbackground mathsize scriptlevel displaystyle stretchy fence separator form lspace rspace minsize maxsize symmetric movablelimits accent accentunder linethickness columnalign rowspacing columnspacing columnlines rowlines width height depth voffset notation encoding style dir largeop";
/** The only declarations a formula needs; no `url(` has room in them. */
const STYLE = /^(?:\s*(?:color|background-color|padding(?:-\w+)?|margin(?:-\w+)?|text-align|font-\w+|border(?:-\w+)*|width|height|vertical-align|math-\w+|display|transform)\s*:\s*[\w\s.#%,+-]+;?)*$/;

const markdown = new MarkdownIt("commonmark", { html: false, maxNesting: DEEPEST + 20 });
markdown.enable(["table", "strikethrough"]);
markdown.block.ruler.before("table", "deep", deep, { alt: [] });
markdown.block.ruler.before("table", "wide", wide, { alt: [] });
maths.install(markdown);
links.install(markdown);
unfinished.install(markdown);
const { escapeHtml } = markdown.utils;
markdown.renderer.rules.fence = (tokens, at) =>
  `<pre title="${escapeHtml(tokens[at].info.trim().slice(0, 60))}"><code>${escapeHtml(tokens[at].content)}</code></pre>`;
markdown.renderer.rules.code_block = (tokens, at) => `<pre><code>${escapeHtml(tokens[at].content)}</code></pre>`;

const purify = DOMPurify(window);
purify.addHook("uponSanitizeAttribute", (node, data) => {
  if (data.attrName === "style" && !STYLE.test(data.attrValue)) data.keepAttr = false;
});
purify.addHook("afterSanitizeAttributes", (node) => {
  if (node.nodeName === "A") {
    if (!links.allowed(node.getAttribute("href") ?? "")) node.removeAttribute("href");
    node.setAttribute("target", "_blank");
    node.setAttribute("rel", "noopener noreferrer");
  }
  if (node.nodeName === "IMG" && !links.isImage(node.getAttribute("src") ?? "")) node.remove();
});
const RULES = {
  ALLOWED_TAGS: `${HTML} ${MATHML}`.split(" "),
  ALLOWED_ATTR: ATTRIBUTES.split(" "),
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

/**
 * `source` with `\n` as its only line end and without characters nobody sees.
 * @param {string} source
 * @param {string} [before] the end of what was shown before it
 */
export function normal(source, before) {
  return printable(source.replace(/\r\n?/g, "\n"), before);
}

/**
 * The Markdown `source` as a fragment that is safe to put into the page.
 * @param {string} source
 * @param {{references?: object, streaming?: boolean}} env kept between the blocks of one answer: link definitions
 * @returns {DocumentFragment}
 */
export function fragment(source, env = {}) {
  try {
    return purify.sanitize(markdown.render(source, env), RULES);
  } catch {
    const pre = document.createElement("pre");
    pre.textContent = source;
    const whole = document.createDocumentFragment();
    whole.append(pre);
    return whole;
  }
}

/** Block rule: below the deepest level the rest is text; markdown-it itself would drop it. */
function deep(state, start, end, silent) {
  return !silent && state.level >= DEEPEST && asWritten(state, start, end);
}

/** Block rule: what would become a table of mostly empty cells, thousands of them, is shown as it was written. */
function wide(state, start, end, silent) {
  if (silent || start + 1 >= end) return false;
  const columns = pipes(state, start, start + 1);
  if (!columns || /[^ \t|:-]/.test(state.src.slice(state.bMarks[start + 1] + state.tShift[start + 1], state.eMarks[start + 1]))) return false;
  let stop = start;
  while (stop < end && !state.isEmpty(stop)) stop += 1;
  const cells = columns * (stop - start);
  if (columns <= WIDEST && (cells <= FEW || cells <= 3 * pipes(state, start, stop))) return false;
  return asWritten(state, start, stop);
}

function pipes(state, start, end) {
  return state.src.slice(state.bMarks[start], state.eMarks[end - 1]).split("|").length - 1;
}

function asWritten(state, start, end) {
  state.line = end;
  const token = state.push("code_block", "code", 0);
  token.content = state.getLines(start, end, state.blkIndent, false);
  token.map = [start, end];
  return true;
}
