/** All turns. What changed since the last frame is shown in the next one. */
import { h } from "./element.js";
import { Follow } from "./follow.js";
import { TurnView } from "./turn.js";

export class Transcript {
  /** @type {Map<string, TurnView>} */
  #views = new Map();
  #dirty = new Map();
  #frame = 0;

  /**
   * @param {import("./host.js").Host} host
   * @param {(id: string) => void} edit
   */
  constructor(host, edit) {
    const { text } = host;
    this.host = host;
    this.edit = edit;
    this.turns = h("div", { class: "turns" });
    this.empty = h("div", { class: "empty" }, h("p", {}, text("empty")), h("p", { class: "note" }, text("empty.hint")));
    this.scroller = h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": text("transcript") }, this.empty, this.turns);
    this.follow = new Follow(this.scroller, this.turns, text("newer"));
    this.element = h("div", { class: "transcript" }, this.scroller, this.follow.button);
    this.element.addEventListener("click", (event) => this.#picture(event));
    this.all();
  }

  /** The list of turns changed. */
  all() {
    const { turns } = this.host.store;
    const ids = new Set(turns.all.map((turn) => turn.id));
    for (const [id, view] of this.#views) {
      if (ids.has(id)) continue;
      view.remove();
      this.#views.delete(id);
    }
    let before = null;
    for (const turn of turns.all) {
      let view = this.#views.get(turn.id);
      if (view) view.show(turn);
      else {
        view = new TurnView(this.host, turn, { edit: this.edit, grown: () => this.#news() });
        this.#views.set(turn.id, view);
      }
      const place = before ? before.nextSibling : this.turns.firstChild;
      if (view.element !== place) this.turns.insertBefore(view.element, place);
      before = view.element;
    }
    this.empty.hidden = turns.all.length > 0;
  }

  /** The turn `id` changed: `whole`, or only its text. */
  touch(id, whole) {
    this.#dirty.set(id, whole || this.#dirty.get(id) || false);
    this.#frame ||= requestAnimationFrame(() => this.#show());
  }

  #show() {
    this.#frame = 0;
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    for (const [id, whole] of dirty) {
      const view = this.#views.get(id);
      const turn = this.host.store.turns.find(id);
      if (!view || !turn) continue;
      if (whole) {
        view.show(turn);
        this.actions();
      } else view.grow();
    }
    if (dirty.some(([, whole]) => whole)) this.#news();
  }

  /** A program the kernel made of the turn `id`. */
  program(message) {
    this.#views.get(message.id)?.program.hear(message);
  }

  /** What can be done with the other turns changes with the one that is running. */
  actions() {
    for (const view of this.#views.values()) view.footer.show(view.turn);
  }

  #news() {
    this.follow.news();
  }

  /** A picture elsewhere is fetched when its link is clicked, and stays in its place. */
  #picture(event) {
    const link = event.target instanceof Element ? event.target.closest("a.picture") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const url = /** @type {HTMLAnchorElement} */ (link).href;
    link.replaceWith(h("img", { src: url, alt: link.textContent, referrerpolicy: "no-referrer" }));
  }

  remove() {
    cancelAnimationFrame(this.#frame);
    this.follow.stop();
    for (const view of this.#views.values()) view.remove();
  }
}
