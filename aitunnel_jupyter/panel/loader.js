/**
 * The front end where no page may be there to show it: it asks the kernel for the panel's own (static/panel.js).
 * Programs that run notebooks save a widget's state with them, and this is all of its code that is saved.
 */
const WAITS = {
  en: "The chat panel opens once its kernel answers; the transcript below is what was saved.",
  ru: "Панель чата откроется, когда ответит ядро; ниже — сохранённая запись диалога.",
};

/** @type {Promise<any> | undefined} the panel's module, for all views */
let panel;

function load(model) {
  panel ??= new Promise((resolve, reject) => {
    const hear = (message) => {
      if (message?.type !== "page") return;
      model.off("msg:custom", hear);
      const url = URL.createObjectURL(new Blob([message.text], { type: "text/javascript" }));
      import(url)
        .then((made) => resolve(made.default), reject)
        .finally(() => URL.revokeObjectURL(url));
    };
    model.on("msg:custom", hear);
    model.send({ type: "page" });
  });
  return panel;
}

/** Without a kernel the line that says so stays. */
const noKernel = () => {
  panel = undefined;
};

/** Once a model; no view has to wait for the kernel to be made. */
function initialize({ model }) {
  let close = () => {};
  load(model).then((made) => {
    close = made.initialize({ model });
  }, noKernel);
  return () => close();
}

function render({ model, el }) {
  let closed = false;
  let close = () => {};
  el.textContent = WAITS[model.get("language")] ?? WAITS.en;
  load(model).then((made) => {
    if (closed) return;
    el.textContent = "";
    close = made.render({ model, el });
  }, noKernel);
  return () => {
    closed = true;
    close();
  };
}

export default { initialize, render };
