/** What a screen reader is told: that an answer comes, is complete or was stopped. Never the transcript. */
import { isRunning } from "../state/turns.js";
import { h } from "./element.js";

export class Voice {
  /** @param {import("./host.js").Host} host */
  constructor(host) {
    this.host = host;
    this.element = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
    this.states = new Map(host.store.turns.all.map((turn) => [turn.id, turn.state]));
  }

  hear() {
    const { store, text } = this.host;
    for (const turn of store.turns.all) {
      const before = this.states.get(turn.id);
      this.states.set(turn.id, turn.state);
      if (before === turn.state) continue;
      const was = before && isRunning({ ...turn, state: before });
      if (turn.state === "answering") this.element.textContent = text("live.answering");
      else if (was && turn.state === "complete") this.element.textContent = text("live.complete", turn.text.split(/\s+/).filter(Boolean).length);
      else if (was && turn.state === "stopped") this.element.textContent = text("live.stopped");
    }
  }
}
