/** When what is painted: one loop a page, a few milliseconds a frame, a growing tail less and less often. */

const BUDGET = 10;
const OFTEN = 100;
const SELDOM = 3_000;
/** A tail may take one part in so many of the time. */
const SHARE = 12;

/** @typedef {{step: () => boolean, tail: () => void, due?: number}} Job */

class Painter {
  /** @type {Set<Job>} */
  #jobs = new Set();
  #frame = 0;

  /**
   * Have `job` painted: its finished pieces first, then its tail when that is due again.
   * @param {Job} job
   */
  add(job) {
    this.#jobs.add(job);
    this.#frame ||= requestAnimationFrame(() => this.#paint());
  }

  /** @param {Job} job */
  remove(job) {
    this.#jobs.delete(job);
  }

  #paint() {
    this.#frame = 0;
    const deadline = performance.now() + BUDGET;
    // The newest first: that is where a reader of a conversation that was just opened looks.
    for (const job of [...this.#jobs].reverse()) {
      let more = true;
      while (more && performance.now() < deadline) more = job.step();
      if (more) break;
      const now = performance.now();
      if (now < (job.due ?? 0)) continue;
      job.tail();
      // What the browser needs to lay it out is about as much again.
      job.due = now + Math.min(SELDOM, Math.max(OFTEN, 2 * SHARE * (performance.now() - now)));
      this.#jobs.delete(job);
    }
    if (this.#jobs.size) this.#frame = requestAnimationFrame(() => this.#paint());
  }
}

export const painter = new Painter();
