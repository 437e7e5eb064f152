/** One view of the panel: header, transcript, composer, and what the kernel tells them. */
import { iconButton } from "./button.js";
import { Composer } from "./composer.js";
import { download } from "./download.js";
import { h } from "./element.js";
import { Header } from "./header.js";
import { Host } from "./host.js";
import { Transcript } from "./transcript.js";
import { Voice } from "./voice.js";

const TOLD = 6_000;
/**
 * Keys pressed in the panel are its own: `d d` on a button of it must not delete a cell. JupyterLab looks for this
 * from the focused element upwards, and finds `.jp-Notebook :focus` first unless that element itself has it.
 */
const OWN_KEYS = "data-lm-suppress-shortcuts";

export class View {
  /**
   * @param {import("../state/store.js").Store} store
   * @param {HTMLElement} place
   */
  constructor(store, place) {
    this.store = store;
    this.root = h("section", { class: "aitunnel-panel", [OWN_KEYS]: "true" });
    this.root.addEventListener("focusin", (event) => event.target.setAttribute(OWN_KEYS, "true"));
    place.append(this.root);
    this.build();
    this.stop = store.listen((what, value) => this.#hear(what, value));
    this.root.addEventListener("keydown", (event) => this.#key(event));
    this.#drops();
    store.send({ type: "hello" });
  }

  build() {
    const { store, root } = this;
    const host = new Host(store, root);
    this.host = host;
    host.tell = (text, kind) => this.#tell(text, kind);
    host.focus = () => this.composer.focus();
    root.setAttribute("aria-label", host.text("panel"));
    root.setAttribute("lang", store.get("language") === "ru" ? "ru" : "en");
    this.header = new Header(host);
    this.transcript = new Transcript(host, (id) => this.#edit(id));
    this.status = h("p", { class: "status", hidden: true });
    this.told = h("div", { class: "told", hidden: true });
    this.composer = new Composer(host, () => this.transcript.follow.bottom());
    this.voice = new Voice(host);
    root.replaceChildren(h("h2", { class: "unseen" }, host.text("panel")), this.header.element, this.transcript.element, this.told, this.status, this.composer.element, this.voice.element);
    this.#status();
  }

  #hear(what, value) {
    if (what === "text") this.transcript.touch(value, false);
    else if (what === "turn") this.transcript.touch(value, true);
    else if (what === "turns") this.transcript.all();
    else if (what === "settings.sent") this.header.name.textContent = value.model || this.header.name.textContent;
    else if (["settings", "conversation", "cost", "balance"].includes(what)) this.header.show();
    else if (what === "language") this.#rebuild();
    else if (what === "status") this.#status();
    else if (what === "completions") this.composer.completion.hear(value);
    else if (what === "weighed") this.composer.weighed(value);
    else if (what === "snippet") this.transcript.program(value);
    else if (what === "told") this.#tell(value.text, value.kind);
    else if (what === "file" && this.store.exports > 0) {
      this.store.exports -= 1;
      download(value.name, value.text, value.mime);
    }
    if (what === "turn" || what === "turns") {
      this.composer.heard();
      this.composer.show();
      this.voice.hear();
    }
  }

  #rebuild() {
    this.transcript.remove();
    this.composer.remove();
    this.build();
  }

  #edit(id) {
    const turn = this.store.turns.find(id);
    if (turn) this.composer.edit(turn);
  }

  #status() {
    const { store, host } = this;
    const { state } = store;
    const note = (!store.dead && store.get("status")?.note) || (["dead", "slow"].includes(state) ? host.text(`status.${state}`) : "");
    this.status.textContent = note;
    this.status.hidden = !note;
    this.status.classList.toggle("bad", state === "dead");
    this.composer.show();
    this.transcript.actions();
  }

  #tell(text, kind = "info") {
    clearTimeout(this.timer);
    const close = () => {
      this.told.hidden = true;
    };
    this.told.className = `told ${kind}`;
    this.told.replaceChildren(h("span", {}, text), iconButton("close", this.host.text("close"), close));
    this.told.hidden = false;
    if (kind !== "error") this.timer = setTimeout(close, TOLD);
  }

  #key(event) {
    if (event.defaultPrevented) return;
    if (event.key === "Enter" && event.target instanceof HTMLTextAreaElement && !event.isComposing) {
      // JupyterLab 4 takes line breaks away from every field inside of a cell, so they are put in as text.
      event.preventDefault();
      if (!document.execCommand("insertText", false, "\n")) event.target.setRangeText("\n", event.target.selectionStart, event.target.selectionEnd, "end");
    } else if (event.key === "Escape" && this.store.turns.running) {
      event.preventDefault();
      this.host.stop();
    } else if ((event.ctrlKey || event.metaKey) && event.code === "KeyS" && this.root.parentElement) {
      // Saving the notebook is meant wherever the focus is.
      const { key, code, keyCode, ctrlKey, metaKey, shiftKey, altKey } = event;
      const again = new KeyboardEvent("keydown", { key, code, keyCode, ctrlKey, metaKey, shiftKey, altKey, bubbles: true, cancelable: true });
      if (!this.root.parentElement.dispatchEvent(again)) event.preventDefault();
    }
  }

  #drops() {
    const { root } = this;
    const files = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    root.addEventListener("dragover", (event) => {
      if (!files(event)) return;
      event.preventDefault();
      root.dataset.drop = this.host.text("attach.drop");
    });
    root.addEventListener("dragleave", (event) => {
      if (!(event.relatedTarget instanceof Node) || !root.contains(event.relatedTarget)) delete root.dataset.drop;
    });
    root.addEventListener("drop", (event) => {
      delete root.dataset.drop;
      if (!files(event)) return;
      event.preventDefault();
      event.stopPropagation();
      this.composer.attachments.files(event.dataTransfer.files);
    });
  }

  remove() {
    clearTimeout(this.timer);
    this.stop();
    this.transcript.remove();
    this.composer.remove();
    this.root.remove();
  }
}
