/** Headings of an answer stand below the one that says whose words these are, each one step below the last it belongs to. */

const FIRST = 4;
const LAST = 6;

/**
 * @param {DocumentFragment} part the next piece of an answer
 * @param {number[]} open the headings that the text stands under, by how they were written; it is brought up to date
 */
export function rank(part, open) {
  for (const heading of part.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const written = Number(heading.tagName[1]);
    while (open.at(-1) >= written) open.pop();
    open.push(written);
    heading.setAttribute("aria-level", String(Math.min(LAST, FIRST - 1 + open.length)));
  }
}
