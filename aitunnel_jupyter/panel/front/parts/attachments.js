/** What goes along with the message: chips that say what each weighs. */
import { isImage } from "../prose/links.js";
import { iconButton } from "./button.js";
import { h, unique } from "./element.js";

const LARGEST = 20_000_000;
/** Characters of a file in one message: Jupyter Server closes the connection at ten megabytes. */
const PIECE = 1_000_000;
let sequence = Math.floor(Math.random() * 1e6) * 1000;

/** A number for a question to the kernel: other pages ask the same kernel. */
export function next() {
  sequence += 1;
  return sequence;
}

/** @typedef {{kind: string, name: string, data?: string, upload?: string, tokens?: number, seq?: number}} Attachment `data` stays here */

export class Attachments {
  /** @type {Attachment[]} */
  all = [];
  /** Files that are being read. */
  reading = 0;

  /**
   * @param {import("./host.js").Host} host
   * @param {() => void} changed
   */
  constructor(host, changed) {
    this.host = host;
    this.changed = changed;
    this.element = h("div", { class: "chips", role: "list", "aria-label": host.text("attachments"), hidden: true });
  }

  /** @param {Attachment} attachment */
  add(attachment) {
    if (this.all.some((other) => other.kind === attachment.kind && other.name === attachment.name && other.data === attachment.data)) return;
    this.all.push(attachment);
    if (attachment.data) this.#upload(attachment);
    if (attachment.tokens === undefined) {
      attachment.seq = next();
      this.host.store.send({ type: "weigh", seq: attachment.seq, attachments: [plain(attachment)], text: "" });
    }
    this.show();
  }

  /** A file goes ahead of the message it belongs to. */
  #upload(attachment) {
    const { kind, name, data } = attachment;
    const of = Math.ceil(data.length / PIECE);
    attachment.upload = unique("upload");
    for (let at = 0; at < of; at += 1) {
      this.host.store.send({ type: "upload", id: attachment.upload, name, kind, at, of, data: data.slice(at * PIECE, (at + 1) * PIECE) });
    }
  }

  /** Files that were pasted, dropped or chosen. */
  files(list) {
    for (const file of list) {
      if (file.size > LARGEST) {
        this.host.tell(this.host.text("attach.large", file.name), "error");
        continue;
      }
      const reader = new FileReader();
      const kind = file.type.startsWith("image/") ? "image" : "document";
      reader.onload = () => this.add({ kind, name: file.name || kind, data: String(reader.result) });
      reader.onerror = () => this.host.tell(this.host.text("attach.unread", file.name), "error");
      reader.onloadend = () => {
        this.reading -= 1;
        this.changed();
      };
      this.reading += 1;
      reader.readAsDataURL(file);
    }
    this.changed();
  }

  /** The kernel weighed one of them. */
  weighed({ seq, tokens }) {
    const attachment = this.all.find((other) => other.seq === seq);
    if (!attachment) return false;
    attachment.tokens = tokens;
    this.show();
    return true;
  }

  get tokens() {
    return this.all.reduce((sum, attachment) => sum + (attachment.tokens ?? 0), 0);
  }

  /** As they are sent. */
  get message() {
    return this.all.map(plain);
  }

  clear() {
    this.all = [];
    this.show();
  }

  show() {
    this.element.hidden = !this.all.length;
    this.element.replaceChildren(...this.all.map((attachment) => this.#chip(attachment)));
    this.changed();
  }

  #chip(attachment) {
    const { text } = this.host;
    const remove = iconButton("close", text("attach.remove", attachment.name), () => {
      this.all = this.all.filter((other) => other !== attachment);
      this.show();
      this.host.focus();
    });
    return h(
      "span",
      { class: "chip", role: "listitem" },
      attachment.data && isImage(attachment.data) ? h("img", { src: attachment.data, alt: "" }) : null,
      h("span", { class: "chip-name" }, attachment.name),
      attachment.tokens === undefined ? null : h("span", { class: "chip-tokens" }, text("tokens", attachment.tokens.toLocaleString())),
      remove,
    );
  }
}

function plain({ kind, name, upload }) {
  return upload === undefined ? { kind, name } : { kind, name, upload };
}
