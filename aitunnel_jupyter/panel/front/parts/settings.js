/** What is asked along with every prompt, behind a small fold. */
import { h, unique } from "./element.js";

const EFFORTS = ["", "none", "minimal", "low", "medium", "high", "xhigh", "max"];
const PAUSE = 400;
const NOTHING = { model: "", system: "", temperature: null, reasoning: "", store_as: "" };

export class Settings {
  #timer = 0;

  /** @param {import("./host.js").Host} host */
  constructor(host) {
    this.host = host;
    const { text } = host;
    this.now = { ...NOTHING, ...host.store.get("settings") };
    this.system = h("textarea", { class: "field", rows: "2", id: unique("system") });
    this.temperature = h("input", { class: "field", type: "number", min: "0", max: "2", step: "0.1", id: unique("temperature"), placeholder: text("settings.default") });
    this.reasoning = h("select", { class: "field", id: unique("reasoning") }, ...EFFORTS.map((effort) => h("option", { value: effort }, effort || text("settings.default"))));
    this.store = h("input", { class: "field", type: "text", id: unique("store"), placeholder: text("settings.store.hint"), spellcheck: "false", autocomplete: "off" });
    const row = (name, field, wide = false) => h("div", { class: wide ? "row wide" : "row" }, h("label", { for: field.id }, text(name)), field);
    this.element = h(
      "div",
      { class: "settings", hidden: true },
      row("settings.system", this.system, true),
      row("settings.temperature", this.temperature),
      row("settings.reasoning", this.reasoning),
      row("settings.store", this.store),
    );
    this.element.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#read(), PAUSE);
    });
    this.element.addEventListener("change", () => this.#read());
  }

  show() {
    if (this.#timer) return;
    this.now = { ...NOTHING, ...this.host.store.get("settings") };
    const values = { system: this.now.system ?? "", temperature: this.now.temperature ?? "", reasoning: this.now.reasoning ?? "", store: this.now.store_as ?? "" };
    for (const [name, value] of Object.entries(values)) {
      if (document.activeElement !== this[name]) this[name].value = value;
    }
  }

  #read() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const warm = this.temperature.value.trim();
    this.put({
      system: this.system.value,
      temperature: warm && this.temperature.validity.valid ? Number(warm) : null,
      reasoning: this.reasoning.value,
      store_as: this.store.value.trim(),
    });
  }

  /** Change some settings. */
  put(changes) {
    const next = { ...this.now, ...changes };
    if (JSON.stringify(next) === JSON.stringify(this.now)) return;
    this.now = next;
    this.host.store.send({ type: "settings", settings: next });
    this.host.store.emit("settings.sent", next);
  }
}
