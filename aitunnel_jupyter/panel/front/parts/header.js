/** The line above the transcript: model, what it costs, conversations, export, settings. */
import { icon } from "../look/icons.js";
import { iconButton } from "./button.js";
import { h, unique } from "./element.js";
import { openMenu } from "./menu.js";
import { pickModel } from "./model_picker.js";
import { search } from "./search.js";
import { Settings } from "./settings.js";

export class Header {
  /** @param {import("./host.js").Host} host */
  constructor(host) {
    const { store, text } = host;
    this.host = host;
    this.settings = new Settings(host);
    this.settings.element.id = unique("settings");
    this.name = h("span", { class: "model-name" });
    this.model = h("button", { type: "button", class: "model", "aria-haspopup": "dialog", "aria-expanded": "false" }, this.name, icon("chevron"));
    this.model.addEventListener("click", () => pickModel(host, this.model, this.settings.now.model, (model) => this.settings.put({ model })));
    this.conversation = h("span", { class: "conversation" });
    this.cost = h("span", { class: "cost", title: text("cost") });
    this.balance = h("button", { type: "button", class: "balance", title: text("balance"), onclick: () => store.send({ type: "balance" }) });
    const popup = { "aria-haspopup": "dialog", "aria-expanded": "false" };
    const chats = iconButton("chats", text("chats"), () => this.#chats(chats), popup);
    const save = iconButton("export", text("export"), () => this.#export(save), popup);
    const fold = iconButton("settings", text("settings"), () => this.#fold(fold), { "aria-expanded": "false", "aria-controls": this.settings.element.id });
    this.element = h(
      "div",
      { class: "header" },
      h(
        "div",
        { class: "bar", role: "toolbar", "aria-label": text("panel") },
        this.model,
        this.conversation,
        h("span", { class: "sums" }, this.cost, this.balance),
        h("span", { class: "tools" }, iconButton("new", text("new"), () => store.send({ type: "new" })), chats, save, fold),
      ),
      this.settings.element,
    );
    this.show();
  }

  show() {
    const { store, text } = this.host;
    this.settings.show();
    const model = this.settings.now.model || text("model.none");
    this.name.textContent = model;
    this.model.title = `${text("model")}: ${model}`;
    this.conversation.textContent = store.get("conversation") || "";
    this.cost.textContent = store.get("cost") || "";
    this.balance.textContent = store.get("balance") || "";
    this.cost.hidden = !this.cost.textContent;
    this.balance.hidden = !this.balance.textContent;
  }

  #fold(button) {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    this.settings.element.hidden = !open;
    if (open) this.settings.element.querySelector("textarea")?.focus();
  }

  #chats(anchor) {
    const { host } = this;
    const row = (item) => [
      h("span", { class: "choice-name" }, item.name),
      h("span", { class: "choice-detail" }, [host.text("chats.turns", item.turns), item.when].filter(Boolean).join(" · ")),
      item.preview ? h("span", { class: "choice-preview" }, item.preview) : "",
    ];
    const choose = (item) => host.store.send({ type: "open", name: item.name });
    search(host, { anchor, label: host.text("chats.search"), ask: "chats", row, choose, current: (item) => item.name === host.store.get("conversation") });
  }

  #export(anchor) {
    const { store, text, root } = this.host;
    const ask = (format) => () => {
      store.exports += 1;
      store.send({ type: "export", format });
    };
    openMenu(root, anchor, text("export"), ["md", "json", "ipynb"].map((format) => [text(`export.${format}`), ask(format)]));
  }
}
