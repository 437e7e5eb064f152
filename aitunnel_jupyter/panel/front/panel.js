/**
 * The chat panel: an anywidget front end.
 *
 *   ┌───────────────────────────────────────────────────┐
 *   │ gpt-5.2 ▾   trip        1.53 ₽ · 240 ₽   + ◷ ⭳ ⚙ │  header   (parts/header.js, settings.js, model_picker.js)
 *   ├───────────────────────────────────────────────────┤
 *   │                        ┌─────────────────────────┐│
 *   │                        │ What is odd in sales?   ││  prompt   (parts/prompt.js)
 *   │                        └─ sales ────── ‹ 2/3 › ✎ ┘│
 *   │ ▸ Reasoning                                       │  thought  (parts/thought.js)
 *   │ The prices of **Kazan** are …                     │  answer   (prose/answer.js, parts/pictures.js)
 *   │ ┌ python ─────────────────── copy insert run ┐    │  code     (prose/code.js)
 *   │ │ sales.groupby("city").price.mean()         │    │
 *   │ └────────────────────────────────────────────┘    │
 *   │ gpt-5.2 · 3.1 s · 812 tokens · 0.41 ₽  ⧉ ↻ </> ⌫  │  footer   (parts/footer.js, program.js)
 *   │                  ( ↓ new text )                   │  follow   (parts/follow.js)
 *   ├───────────────────────────────────────────────────┤
 *   │ [sales ≈ 410 tokens ×]                            │  composer (parts/composer.js, attachments.js, completion.js)
 *   │ Ask anything, @ to attach                         │
 *   │ ⌀                                             (↑) │
 *   └───────────────────────────────────────────────────┘
 *
 * state/ is what all views of one panel share, prose/ makes pages of Markdown, parts/ are the pieces above,
 * look/ how they look. The kernel sends deltas; nothing here asks the network for anything.
 */
import frame from "./look/frame.css";
import prose from "./look/prose.css";
import { View } from "./parts/view.js";
import { storeOf } from "./state/store.js";

/** Called once a model, before its views: the store then hears the kernel as long as the model lives. */
function initialize({ model }) {
  return storeOf(model).attach(model);
}

/** Called for each view. */
function render({ model, el }) {
  const store = storeOf(model);
  const detach = store.attach(model);
  const style = document.createElement("style");
  style.textContent = frame + prose;
  el.append(style);
  const view = new View(store, el);
  return () => {
    view.remove();
    style.remove();
    detach();
  };
}

export default { initialize, render };
