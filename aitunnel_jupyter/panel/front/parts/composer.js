/** Where the person writes. Enter sends, Shift+Enter breaks the line, ↑ edits the last prompt, Escape stops. */
import { icon } from "../look/icons.js";
import { Attachments, next } from "./attachments.js";
import { enable, iconButton } from "./button.js";
import { Completion } from "./completion.js";
import { h } from "./element.js";

const WEIGH = 500;
/** Time in which a kernel that hears says so. */
const HEARD = 5_000;

export class Composer {
  #weighing = -1;
  #weight = 0;
  #timer = 0;
  #unheard = 0;
  #editing = "";
  #before = "";

  /**
   * @param {import("./host.js").Host} host
   * @param {() => void} sent
   */
  constructor(host, sent) {
    const { store, text } = host;
    this.host = host;
    this.sent = sent;
    this.area = h("textarea", { class: "composer-text", rows: "1", "aria-label": text("composer"), placeholder: text("composer.hint"), spellcheck: "true" });
    this.attachments = new Attachments(host, () => this.show());
    this.completion = new Completion(host, this.area, (item, from, to) => this.#complete(item, from, to));
    this.banner = h("div", { class: "banner", hidden: true }, text("editing"), iconButton("close", text("editing.cancel"), () => this.#stopEditing()));
    const chooser = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-hidden": "true" });
    chooser.addEventListener("change", () => {
      this.attachments.files(chooser.files);
      chooser.value = "";
    });
    this.weight = h("span", { class: "weight" });
    this.send = h("button", { type: "button", class: "send", onclick: () => this.#send() }, icon("send"));
    this.stop = h("button", { type: "button", class: "send stop", title: text("stop"), "aria-label": text("stop"), onclick: () => host.stop() }, icon("stop"));
    this.element = h(
      "div",
      { class: "composer" },
      this.completion.element,
      this.banner,
      this.attachments.element,
      this.area,
      h("div", { class: "composer-bar" }, iconButton("attach", text("attach"), () => chooser.click()), chooser, h("span", { class: "space" }), this.weight, this.send, this.stop),
    );
    this.area.value = store.draft.text;
    this.area.addEventListener("input", () => this.#typed());
    this.area.addEventListener("keydown", (event) => this.#key(event));
    this.area.addEventListener("keyup", (event) => ["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key) && this.completion.look());
    this.area.addEventListener("blur", () => this.completion.close());
    this.area.addEventListener("paste", (event) => this.#paste(event));
    this.#draft = (draft, from) => {
      if (from === this || draft === this.area.value) return;
      this.area.value = draft;
      this.show();
    };
    store.draft.listeners.add(this.#draft);
    this.show();
  }

  #draft;

  remove() {
    clearTimeout(this.#unheard);
    clearTimeout(this.#timer);
    this.host.store.draft.listeners.delete(this.#draft);
    this.host.store.draft.flush();
  }

  /** The kernel took what was sent. */
  heard() {
    clearTimeout(this.#unheard);
  }

  focus() {
    this.area.focus({ preventScroll: true });
  }

  /** Put the prompt of a turn here; sent, it becomes another branch. */
  edit(turn) {
    if (!this.#editing) this.#before = this.area.value;
    this.#editing = turn.id;
    this.banner.hidden = false;
    this.#write(turn.prompt);
    this.focus();
    this.area.setSelectionRange(turn.prompt.length, turn.prompt.length);
  }

  #stopEditing() {
    this.#editing = "";
    this.banner.hidden = true;
    this.#write(this.#before);
    this.focus();
  }

  #write(text) {
    this.area.value = text;
    this.#typed();
  }

  #typed() {
    this.host.store.draft.type(this.area.value, this);
    this.show();
    this.completion.look();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#weigh(), WEIGH);
  }

  /** What the text would cost; attachments were weighed when they came. */
  #weigh() {
    this.#weight = 0;
    if (this.area.value.trim() && this.host.store.state !== "dead") {
      this.#weighing = next();
      this.host.store.send({ type: "weigh", seq: this.#weighing, attachments: [], text: this.area.value });
    } else this.show();
  }

  weighed(message) {
    if (this.attachments.weighed(message) || message.seq !== this.#weighing) return;
    this.#weight = message.tokens ?? 0;
    this.show();
  }

  /** Why nothing can be sent now. */
  #why() {
    const { store, text } = this.host;
    if (store.state === "dead") return text("send.dead");
    if (store.turns.running) return text("send.running");
    if (this.attachments.reading) return text("attach.reading");
    return this.area.value.trim() || this.attachments.all.length ? "" : text("send.empty");
  }

  show() {
    const { store, text } = this.host;
    const running = Boolean(store.turns.running) && store.state !== "dead";
    this.send.hidden = running;
    this.stop.hidden = !running;
    enable(this.send, text("send"), this.#why());
    const tokens = this.#weight + this.attachments.tokens;
    this.weight.textContent = tokens ? text("tokens", tokens.toLocaleString()) : "";
  }

  #send() {
    const why = this.#why();
    if (why) {
      if (this.area.value.trim()) this.host.tell(why);
      return;
    }
    const text = this.area.value;
    const { store } = this.host;
    if (this.#editing) store.send({ type: "edit", id: this.#editing, text });
    else store.send({ type: "send", text, attachments: this.attachments.message });
    // The attempt may have shown that the kernel is gone: then everything stays as it is.
    if (store.dead) return;
    clearTimeout(this.#unheard);
    this.#unheard = setTimeout(() => this.host.tell(this.host.text("unheard")), HEARD);
    this.attachments.clear();
    this.#weight = 0;
    this.completion.close();
    const rest = this.#editing ? this.#before : "";
    this.#editing = "";
    this.#before = "";
    this.banner.hidden = true;
    this.#write(rest);
    store.draft.flush();
    this.sent();
  }

  #key(event) {
    if (event.isComposing || this.completion.key(event)) return;
    const { store } = this.host;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "ArrowUp" && !this.area.value && !event.shiftKey) {
      const last = store.turns.all.at(-1);
      if (!last) return;
      event.preventDefault();
      this.edit(last);
    } else if (event.key === "Escape" && this.#editing) {
      event.stopPropagation();
      this.#stopEditing();
    }
  }

  #complete(item, from, to) {
    const insert = item.insert ?? item.label;
    const { value } = this.area;
    const space = insert && value[to] !== " " ? " " : "";
    this.area.value = value.slice(0, from) + insert + space + value.slice(to);
    const at = from + insert.length + 1;
    this.area.setSelectionRange(at, at);
    // An expression in braces sends its value by itself.
    if (!/^\{.*\}$/.test(insert)) this.attachments.add({ kind: item.kind, name: item.label, tokens: item.tokens });
    this.#typed();
  }

  #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.attachments.files(files);
  }
}
