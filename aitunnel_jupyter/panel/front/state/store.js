/** What all views of one panel show: the kernel's state, and its messages applied to a copy of the turns. */
import { Draft } from "./draft.js";
import { Turns } from "./turns.js";

/** @type {WeakMap<object, Store>} */
const STORES = new WeakMap();
/** A restarting kernel's connections are closed a little after it says so. */
const SETTLED = 500;
const TRAITS = ["conversation", "settings", "language", "status", "cost", "balance"];

export class Store {
  /** @type {any[]} proxies of one model; the first speaks for all */
  #models = [];
  /** @type {Set<(what: string, value: any) => void>} */
  #listeners = new Set();
  /** Exports this page asked for: other pages of the same kernel get the same message. */
  exports = 0;
  /** Whether the kernel side of the widget is gone. */
  dead = false;

  /** @param {any} model */
  constructor(model) {
    this.turns = new Turns(model.get("turns") ?? [], (what, value) => this.emit(what, value), () => this.send({ type: "hello" }));
    this.draft = new Draft((text) => this.#save(text), model.get("draft") ?? "");
  }

  /**
   * Listen through one more proxy of the model.
   * @param {any} model
   * @returns {() => void} stop that
   */
  attach(model) {
    this.#models.push(model);
    const lead = () => this.#models[0] === model;
    const heard = [["msg:custom", (message) => lead() && this.#hear(message)]];
    for (const name of TRAITS) heard.push([`change:${name}`, () => lead() && this.emit(name, this.get(name))]);
    heard.push(["change:turns", () => lead() && this.turns.load(this.get("turns") ?? [])]);
    heard.push(["change:draft", () => lead() && this.draft.load(this.get("draft") ?? "")]);
    // The widget manager says that the connection changed, not to what: an attempt to send tells.
    heard.push(["comm_live_update", () => lead() && setTimeout(() => this.send({ type: "hello" }), SETTLED)]);
    heard.push(["comm:close", () => lead() && this.#live(false)]);
    for (const [name, callback] of heard) model.on(name, callback);
    return () => {
      for (const [name, callback] of heard) model.off?.(name, callback);
      this.#models = this.#models.filter((other) => other !== model);
    };
  }

  get(name) {
    return this.#models[0]?.get(name);
  }

  /** @param {Record<string, any>} message */
  send(message) {
    try {
      this.#models[0]?.send(message);
      this.#live(true);
    } catch {
      this.#live(false);
    }
  }

  /** Whether the kernel side of the widget is there: a restart closes it for good. */
  #live(alive) {
    if (this.dead === !alive) return;
    this.dead = !alive;
    if (this.dead) this.draft.keep();
    this.emit("status", null);
  }

  /** @param {(what: string, value: any) => void} listener */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(what, value) {
    for (const listener of [...this.#listeners]) listener(what, value);
  }

  get state() {
    return this.dead ? "dead" : (this.get("status")?.state ?? "idle");
  }

  #hear(message) {
    if (!message || typeof message !== "object" || this.turns.apply(message)) return;
    this.emit(message.type, message);
  }

  #save(text) {
    const model = this.#models[0];
    if (!model || this.dead) {
      this.draft.keep();
      return;
    }
    model.set("draft", text);
    model.save_changes();
  }
}

/**
 * The store of a model. anywidget hands out another proxy of the same model to each view; the layout behind
 * them is the same object, and no two widgets share one by themselves.
 * @param {any} model
 */
export function storeOf(model) {
  const layout = model.get("layout");
  const key = layout && typeof layout === "object" ? layout : model;
  let store = STORES.get(key);
  if (!store) STORES.set(key, (store = new Store(model)));
  return store;
}
