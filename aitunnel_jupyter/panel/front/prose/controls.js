/**
 * Characters that nobody sees: what of them is left out wherever the panel shows a text.
 * The same rules as `aitunnel_jupyter/controls.py`, which says why; a test compares both.
 */

const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\x9c\n]{0,4096}(?:\x07|\x1b\\|\x9c)|[ -/]*[0-~])/g;

const JOINING =
  "\\u0600-\\u061b\\u061d-\\u109f\\u1700-\\u180d\\u180f-\\u1aff\\u1b00-\\u1c4f\\ua800-\\uabff\\ufb50-\\ufdff\\ufe70-\\ufefc" +
  "\\u{10a00}-\\u{10aff}\\u{10d00}-\\u{10fff}\\u{11000}-\\u{11fff}\\u{1e900}-\\u{1e95f}";
const PICTURES =
  "\\u00a9\\u00ae\\u203c\\u2049\\u2122\\u2139\\u2190-\\u21ff\\u2300-\\u23ff\\u24c2\\u25aa-\\u27bf\\u2934\\u2935\\u2b05-\\u2b55" +
  "\\u3030\\u303d\\u3297\\u3299\\u{1f000}-\\u{1faff}";
const IDEOGRAPHS = "\\u3400-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
const FLAGS =
  "\\u{1f3f4}(?:\\u{e0067}\\u{e0062}(?:\\u{e0065}\\u{e006e}\\u{e0067}|\\u{e0073}\\u{e0063}\\u{e0074}|\\u{e0077}\\u{e006c}\\u{e0073})\\u{e007f})";
const UNSEEN =
  "[\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u00ad\\u034f\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff" +
  "\\uffa0\\ufff9-\\ufffb\\u{e0000}-\\u{e0fff}]";
const KEPT =
  `${FLAGS}|(?<=[${JOINING}])[\\u200c\\u200d]|[\\u200c\\u200d](?=[${JOINING}])|(?<=[${PICTURES}\\ufe0f\\u20e3])\\u200d(?=[${PICTURES}]|$)` +
  `|(?<!${UNSEEN})(?<=[0-9#*\\u00a1-\\ufdff\\ufe10-\\u{e00ff}])[\\ufe00-\\ufe0f]` +
  `|(?<=[${IDEOGRAPHS}])[\\u{e0100}-\\u{e01ef}]|(?<=[\\u0591-\\u05c7])\\u034f`;
const FOUND = new RegExp(`(?=${UNSEEN}|[\\u{1f3f4}\\ud800-\\udfff])(?:(${KEPT})|${UNSEEN}|([\\ud800-\\udfff]))`, "gu");
const UNDECIDED = /(?:\r|[\u200c\u200d]+|\u{1f3f4}[\u{e0000}-\u{e007f}]*|\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b\x9c\n]{0,4096}\x1b?|[ -/]*))$/u;

/**
 * `text` without terminal escapes, controls and characters nobody sees; tabs and line feeds stay.
 * @param {string} text
 * @param {string} [before] the end of what was shown before it, where a text is shown part by part
 */
export function printable(text, before = "") {
  const context = [...before.slice(-2)].at(-1) ?? "";
  const left = (found, kept, half, at) => (at < context.length ? found : (kept ?? (half ? "\ufffd" : "")));
  return (context + text.replace(ESCAPES, "")).replace(FOUND, left).slice(context.length);
}

/** How much of a text that goes on can be shown now, whatever follows: not half a line end, sequence or flag. */
export function decided(text) {
  const from = Math.max(0, text.length - 4_200);
  const at = text.slice(from).search(UNDECIDED);
  return at < 0 ? text.length : from + at;
}
