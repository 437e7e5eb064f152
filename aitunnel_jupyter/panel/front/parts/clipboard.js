/**
 * Put `text` on the clipboard, and the look of it where `element` is given.
 * @param {string} text
 * @param {Element} [element]
 */
export async function copy(text, element) {
  try {
    if (element && window.ClipboardItem) {
      const part = (value, type) => new Blob([value], { type });
      const html = part(element.innerHTML, "text/html");
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": part(text, "text/plain"), "text/html": html })]);
    } else await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return byCommand(text);
  }
}

/** Where the page may not use the clipboard by itself: http without localhost, a frame without the permission. */
function byCommand(text) {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.style.cssText = "position:fixed;opacity:0";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return done;
}
