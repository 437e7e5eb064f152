/** Where a link may lead, and what stands for an image. Nothing is fetched until a person clicks. */

/** Characters of a `data:` image that is shown; a longer one is only named. */
const LONGEST_IMAGE = 2_000_000;

const LINK = /^(?:https?:\/\/[^/\\\s]|mailto:[^\s/]+@)/i;
const REMOTE = /^https?:\/\/[^/\\\s]/i;
const DATA = /^data:image\/(png|jpeg|gif|webp);base64,([a-z0-9+/]+={0,2})$/i;
const MAGIC = { png: "\x89PNG\r\n", jpeg: "\xff\xd8\xff", gif: "GIF8", webp: "RIFF" };
const SCHEME = /(?:^|[^a-z0-9])(https?)$/i;
const REST = /:\/\/[^\s<>"`{}|\\^]{3,2000}/y;
const PAIR = { ")": "(", "]": "[" };
/** A key of the parser's own cache of positions, which are never negative. */
const LAST_BRACKET = -1;

/**
 * Whether `url` may be the target of a link: http, https and mailto, always absolute.
 * @param {string} url
 */
export function allowed(url) {
  return LINK.test(url);
}

/**
 * Whether `url` is a picture on another machine.
 * @param {string} url
 */
export function isRemote(url) {
  return REMOTE.test(url);
}

/**
 * Whether `url` carries a raster image of its own, really one. SVG, which can hold scripts, never is.
 * @param {string} url
 * @param {number} [longest]
 */
export function isImage(url, longest = LONGEST_IMAGE) {
  const match = url.length <= longest ? DATA.exec(url) : null;
  if (!match) return false;
  try {
    const start = match[2].slice(0, 16);
    return atob(start.slice(0, start.length - (start.length % 4)) || start).startsWith(MAGIC[match[1].toLowerCase()]);
  } catch {
    return false;
  }
}

/**
 * Teach `markdown` which addresses count, how links and images are written, and bare `https://…` in text.
 * @param {import("markdown-it").default} markdown
 */
export function install(markdown) {
  const { escapeHtml } = markdown.utils;
  markdown.validateLink = (url) => allowed(url) || isImage(url);
  markdown.inline.ruler.before("linkify", "bare_address", bareAddress);
  markdown.inline.ruler.before("link", "lone_bracket", loneBracket);
  const opened = [];
  markdown.renderer.rules.link_open = (tokens, at) => {
    const href = tokens[at].attrGet("href") ?? "";
    opened.push(allowed(href));
    return opened.at(-1) ? `<a href="${escapeHtml(href)}" target="_blank" rel="noopener noreferrer">` : "";
  };
  markdown.renderer.rules.link_close = () => (opened.pop() ? "</a>" : "");
  markdown.renderer.rules.image = (tokens, at, options, env) => {
    const url = tokens[at].attrGet("src") ?? "";
    const words = markdown.renderer.renderInlineAsText(tokens[at].children ?? [], options, env);
    if (isImage(url)) return `<img src="${escapeHtml(url)}" alt="${escapeHtml(words)}">`;
    const text = escapeHtml(words || url.slice(0, 80));
    if (!isRemote(url) || opened.at(-1)) return `<span class="picture">${text}</span>`;
    return `<a class="picture" href="${escapeHtml(url)}" target="_blank" rel="noopener noreferrer">${text}</a>`;
  };
}

/** Inline rule at `:`, when the text before it ends in `http` or `https`. */
function bareAddress(state, silent) {
  if (state.src[state.pos] !== ":" || silent || state.linkLevel) return false;
  const scheme = SCHEME.exec(state.pending.slice(-6));
  REST.lastIndex = state.pos;
  const rest = scheme && REST.exec(state.src.slice(0, state.posMax));
  if (!rest) return false;
  const shown = scheme[1] + withoutTail(rest[0]);
  const url = state.md.normalizeLink(shown);
  if (!allowed(url)) return false;
  state.pending = state.pending.slice(0, -scheme[1].length);
  state.push("link_open", "a", 1).attrSet("href", url);
  state.push("text", "", 0).content = shown;
  state.push("link_close", "a", -1);
  state.pos += shown.length - scheme[1].length;
  return true;
}

/** Inline rule at `[` and `![`: without a `]` behind them they open nothing, but that is slow to find out. */
function loneBracket(state, silent) {
  const first = state.src[state.pos];
  if (first !== "[" && !(first === "!" && state.src[state.pos + 1] === "[")) return false;
  state.cache[LAST_BRACKET] ??= state.src.lastIndexOf("]");
  if (state.cache[LAST_BRACKET] > state.pos) return false;
  if (!silent) state.pending += first;
  state.pos += 1;
  return true;
}

/** `url` without the punctuation of the sentence around it. */
function withoutTail(url) {
  const count = (sign) => url.split(sign).length;
  while (url && (".,:;!?*_~'…»”".includes(url.at(-1)) || (PAIR[url.at(-1)] && count(url.at(-1)) > count(PAIR[url.at(-1)])))) {
    url = url.slice(0, -1);
  }
  return url;
}
