/** The end of a text that is being written, so that nothing flashes: half a link, an open `**` or formula. */

// A last line that is only markers may become anything: "-" under a paragraph is a heading for one frame.
const MARKERS = /^[ \t>]*(?:[-=*_+#`~|:. \t]+|\d{1,9}[.)]?[ \t]*|[-*+][ \t]+\[[ xX]?\]?[ \t]*)$/;
// What is complete, to be looked past. No part may run over another opener, or this would take quadratic time.
const COMPLETE =
  /\\[^([]|(`+)[^`]+\1(?!`)|\$\$[^$]+\$\$|\\\((?:[^\\]|\\[^()])+\\\)|\\\[(?:[^\\]|\\[^[\]])+\\\]|!?\[[^[\]]*\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)/g;
const HALF_LINK = /!?\[(?<done>[^[\]\n]*)\](?:\([^()\s]*(?:\([^()\s]*\)?[^()\s]*)*)?$|(?<![\p{L}\p{N}_\]])!?\[(?<open>[\p{L}_][^[\]\n]*)$/u;
const HALF_FORMULA = /\$\$|\\[([]|\\$|(?<![\p{L}\p{N}_$])\$(?=[^$\n]*[\\^_{])(?![^$\n]*\$)/u;
const ROW = /(?:^|\n)[ \t]*\|[^\n]*(?:\n[|:\- \t]*)?$/;
const EMPHASIS = /(?<![\p{L}\p{N}_])\*(?=[\p{L}\p{N}_])/u;
/** Characters of the last run of text that are looked at. */
const LONGEST = 4_000;

/**
 * `text` without a last line that is only markers.
 * @param {string} text
 */
export function withoutMarkers(text) {
  const from = text.lastIndexOf("\n") + 1;
  return MARKERS.test(text.slice(from)) ? text.slice(0, from) : text;
}

/**
 * Have the last run of text shown as if it ended well, while `env.streaming`.
 * @param {import("markdown-it").default} markdown
 */
export function install(markdown) {
  markdown.core.ruler.after("block", "unfinished", ({ tokens, env }) => {
    if (!env.streaming) return;
    const at = tokens.findLastIndex((token) => !token.nesting && (token.content || token.type === "hr"));
    const last = tokens[at];
    if (last?.type !== "inline") return;
    last.content = tidied(last.content);
    if (!last.content && tokens[at - 1].type === "paragraph_open") tokens.splice(at - 1, 3);
  });
}

/**
 * The run of text `content` with its end made fit to be shown.
 * @param {string} content
 */
export function tidied(content) {
  const text = content.slice(-LONGEST).trimEnd();
  const [drop, add] = ending(text);
  return drop || add ? content.trimEnd().slice(0, drop ? -drop : undefined) + add : content;
}

/** How many characters to drop from the end, and what to put there. */
function ending(text) {
  const row = ROW.exec(text);
  if (row) return [text.length - row.index, ""];
  const rest = text.replace(COMPLETE, (match) => "x".repeat(match.length));
  const formula = HALF_FORMULA.exec(rest);
  if (formula) return [text.length - formula.index, ""];
  const link = HALF_LINK.exec(rest);
  if (link) {
    const from = link.index + link[0].indexOf("[") + 1;
    const words = text.slice(from, from + (link.groups.done ?? link.groups.open).length);
    return [text.length - link.index, link[0][0] === "!" ? "" : words];
  }
  if (rest.split("`").length % 2 === 0) return [0, "`"];
  return emphasis(rest);
}

function emphasis(rest) {
  const bare = rest.replace(/[*~]+$/, "");
  const trailing = rest.length - bare.length;
  const pairs = bare.split("**").length - 1;
  let add = pairs % 2 ? "**" : "";
  if (!add && (bare.split("*").length - 1 - 2 * pairs) % 2 && EMPHASIS.test(bare)) add = "*";
  return add && trailing === add.length ? [0, ""] : [trailing, add];
}
