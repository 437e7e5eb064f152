/**
 * Code into the cells of the notebook around the panel, or beside it: JupyterLab 4 and Notebook 7, in the page itself.
 *
 * There is no public way from a widget to the notebook, so the panel does what a person does: it selects its own
 * cell, presses `b`, and types into the new cell's editor. Each step is checked; `false` means it did not work
 * here, and then the kernel is asked to do it.
 */

const PATIENCE = 2_000;

export class Cells {
  /** @param {HTMLElement} root the panel */
  constructor(root) {
    this.root = root;
  }

  /** The notebook's cell that shows the panel. */
  get own() {
    return this.root.closest(".jp-Notebook .jp-Cell");
  }

  /** Whether this page has a notebook at all. */
  get isBeside() {
    return document.querySelector(".jp-Notebook") !== null;
  }

  /** For a panel in a side bar: the cell in use of the one notebook that can be seen. */
  get #inUse() {
    const seen = [...document.querySelectorAll(".jp-Notebook")].filter((notebook) => notebook.getClientRects().length);
    return seen.length === 1 ? seen[0].querySelector(".jp-Cell.jp-mod-active") : null;
  }

  /** A new cell below `cell` with `code` in it, or `null`. */
  async #below(cell, code) {
    const notebook = cell?.closest(".jp-Notebook");
    if (!cell || !notebook) return null;
    select(cell);
    const before = new Set(notebook.querySelectorAll(".jp-Cell"));
    press(cell, "b", "KeyB", 66);
    const fresh = await until(() => [...notebook.querySelectorAll(".jp-Cell")].find((cell) => !before.has(cell) && cell.classList.contains("jp-mod-active")));
    return fresh && (await write(fresh, code)) ? fresh : null;
  }

  /** @param {string} code */
  async insertBelow(code) {
    return Boolean(await this.#below(this.own ?? this.#inUse, code));
  }

  /** @param {string} code */
  async replace(code) {
    return this.own ? write(this.own, code) : false;
  }

  /** Insert `code` below and run it: only ever called because a person pressed Run, and never in another notebook. */
  async run(code) {
    const cell = await this.#below(this.own, code);
    if (!cell) return false;
    press(cell, "Enter", "Enter", 13, { ctrlKey: true });
    return Boolean(await until(() => /\[(\*|\d+)\]/.test(cell.querySelector(".jp-InputPrompt")?.textContent ?? "")));
  }
}

/** Make `cell` the active one, in command mode. */
function select(cell) {
  const prompt = cell.querySelector(".jp-InputPrompt") ?? cell;
  for (const type of ["mousedown", "mouseup", "click"]) {
    prompt.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, button: 0 }));
  }
  const notebook = cell.closest(".jp-Notebook");
  if (document.activeElement !== cell) cell.focus({ preventScroll: true });
  if (notebook && !notebook.contains(document.activeElement)) notebook.focus({ preventScroll: true });
}

/** A key, as the keyboard of the page sees it. */
function press(target, key, code, keyCode, modifiers = {}) {
  for (const type of ["keydown", "keyup"]) {
    target.dispatchEvent(new KeyboardEvent(type, { key, code, keyCode, which: keyCode, bubbles: true, cancelable: true, composed: true, ...modifiers }));
  }
}

/** Put `code` into the editor of `cell`. */
async function write(cell, code) {
  const view = await until(() => editor(cell));
  if (!view) return false;
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: code } });
  return view.state.doc.toString() === code;
}

/** The CodeMirror 6 view behind a cell's editor. */
function editor(cell) {
  const content = /** @type {any} */ (cell.querySelector(".cm-content"));
  const view = content?.cmView?.view ?? content?.cmTile?.view ?? content?.cmView?.rootView?.view;
  return view?.dispatch && view?.state ? view : null;
}

/** What `find` finds, as soon as it does; `null` after a while. */
async function until(find) {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const found = find();
    if (found) return found;
    if (performance.now() > deadline) return null;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
