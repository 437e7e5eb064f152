/** Display formulas as blocks: `$$` or `\[` at the beginning of a line, blank lines inside allowed. */

const CLOSERS = { $$: "$$", "\\[": "\\]" };

/** Characters between the two ends of a formula; bounds what a lone opener costs. */
export const LONGEST = 4_000;

/** Block rule of markdown-it. With `env.streaming` a formula without an end goes on to the end of the text. */
export function mathsBlock(state, start, end, silent) {
  const first = line(state, start);
  const closer = CLOSERS[first.slice(0, 2)];
  if (!closer || state.sCount[start] - state.blkIndent >= 4) return false;
  const stop = lastLine(state, start, end, closer);
  if (stop === null) return false;
  const lines = [first];
  for (let at = start + 1; at <= stop; at += 1) lines.push(line(state, at));
  const text = lines.join("\n").slice(2).trim();
  if (text === closer) return false;
  if (!silent) {
    const token = state.push("maths_block", "", 0);
    token.info = text.endsWith(closer) ? "" : "unfinished";
    token.content = token.info ? text : text.slice(0, -2);
    token.map = [start, stop + 1];
    state.line = stop + 1;
  }
  return true;
}

function line(state, at) {
  return state.src.slice(state.bMarks[at] + state.tShift[at], state.eMarks[at]).trimEnd();
}

/** The line that ends in `closer`, if none before it holds one and text of its own behind it. */
function lastLine(state, start, end, closer) {
  let size = 0;
  const indent = Math.min(state.blkIndent, state.sCount[start]);
  for (let at = start; at < end; at += 1) {
    const text = line(state, at).slice(at === start ? 2 : 0);
    size += text.length + 1;
    if (size > LONGEST || (text && at > start && state.sCount[at] < indent)) return null;
    if (at > start && text.startsWith("\\[")) return null;
    const found = text.indexOf(closer);
    if (found >= 0) return found === text.length - 2 && (at > start || text.length > 2) ? at : null;
  }
  return state.env.streaming ? end - 1 : null;
}
