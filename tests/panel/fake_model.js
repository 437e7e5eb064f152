/**
 * An anywidget model without a kernel: traits, custom messages, and a list of what the panel sent.
 * Like the real one it hands out another proxy to each view.
 */
export class FakeModel {
  constructor(state = {}) {
    this.state = {
      turns: [], conversation: "", settings: { model: "gpt-5.2", system: "", temperature: null, reasoning: "", store_as: "" },
      draft: "", language: "en", status: { state: "idle", note: "" }, cost: "", balance: "", layout: { its: "layout" }, ...state,
    };
    this.listeners = new Map();
    this.sent = [];
    this.saved = [];
    this.changed = new Set();
  }

  proxy() {
    const own = [];
    return {
      get: (name) => this.state[name],
      set: (name, value) => {
        this.state[name] = value;
        this.changed.add(name);
      },
      save_changes: () => {
        this.saved.push(Object.fromEntries([...this.changed].map((name) => [name, this.state[name]])));
        this.changed.clear();
      },
      send: (message) => this.sent.push(structuredClone(message)),
      on: (name, callback) => {
        if (!this.listeners.has(name)) this.listeners.set(name, new Set());
        this.listeners.get(name).add(callback);
        own.push([name, callback]);
      },
      off: (name, callback) => this.listeners.get(name)?.delete(callback),
    };
  }

  /** A message of the kernel. */
  tell(message) {
    for (const callback of [...(this.listeners.get("msg:custom") ?? [])]) callback(structuredClone(message), []);
  }

  /** The kernel changed a trait. */
  put(name, value) {
    this.state[name] = value;
    for (const callback of [...(this.listeners.get(`change:${name}`) ?? [])]) callback();
  }

  /** Messages of one type that the panel sent. */
  of(type) {
    return this.sent.filter((message) => message.type === type);
  }
}

export function turn(id, fields = {}) {
  return {
    id, prompt: "Why?", chips: [], text: "", reasoning: "", state: "complete", note: "", footer: "", error: "", model: "gpt-5.2",
    hidden: false, variant: { index: 1, count: 1 }, images: [], tools: [], ...fields,
  };
}

/** Send `text` as deltas of `size` characters, `pause` ms apart. */
export async function stream(model, id, text, size, pause) {
  const characters = [...text];
  for (let at = 0; at < characters.length; at += size) {
    model.tell({ type: "delta", id, at, text: characters.slice(at, at + size).join("") });
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
