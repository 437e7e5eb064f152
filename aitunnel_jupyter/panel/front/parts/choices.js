/** A list to choose from with the keyboard while the focus stays in a text field. */
import { h, unique } from "./element.js";

export class Choices {
  /**
   * @param {HTMLInputElement | HTMLTextAreaElement} field
   * @param {string} label
   * @param {(item: any) => void} choose
   * @param {(item: any) => Node[]} row
   */
  constructor(field, label, choose, row) {
    this.field = field;
    this.choose = choose;
    this.row = row;
    this.items = [];
    this.active = -1;
    this.element = h("ul", { class: "choices", role: "listbox", id: unique("choices"), "aria-label": label });
    // The list must not take the focus from the field.
    this.element.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  /** Say to assistive technology that the field commands this list. A field of many lines is no combobox. */
  bind() {
    const own = this.field instanceof HTMLInputElement ? { role: "combobox", "aria-expanded": "true" } : { "aria-haspopup": "listbox" };
    for (const [name, value] of Object.entries({ ...own, "aria-autocomplete": "list", "aria-controls": this.element.id })) this.field.setAttribute(name, value);
  }

  unbind() {
    for (const name of ["role", "aria-autocomplete", "aria-expanded", "aria-haspopup", "aria-controls", "aria-activedescendant"]) this.field.removeAttribute(name);
  }

  /** @param {any[]} items */
  show(items, active = 0) {
    this.items = items;
    this.element.replaceChildren(
      ...items.map((item, at) => {
        const option = h("li", { role: "option", id: `${this.element.id}-${at}`, "aria-selected": "false" }, ...this.row(item));
        option.addEventListener("click", () => this.choose(item));
        return option;
      }),
    );
    this.move(items.length ? active : -1, true);
  }

  move(to, exactly = false) {
    this.element.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = exactly ? to : this.items.length ? (to + this.items.length) % this.items.length : -1;
    const option = this.element.children[this.active];
    option?.setAttribute("aria-selected", "true");
    if (option) {
      this.field.setAttribute("aria-activedescendant", option.id);
      const { offsetTop, offsetHeight } = /** @type {HTMLElement} */ (option);
      const list = this.element;
      if (offsetTop < list.scrollTop) list.scrollTop = offsetTop;
      else if (offsetTop + offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = offsetTop + offsetHeight - list.clientHeight;
    } else this.field.removeAttribute("aria-activedescendant");
  }

  /** Whether the key was ours. */
  key(event) {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return false;
    if (event.key === "ArrowDown") this.move(this.active + 1);
    else if (event.key === "ArrowUp") this.move(this.active - 1);
    else if (event.key === "Enter" && this.items[this.active]) this.choose(this.items[this.active]);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
