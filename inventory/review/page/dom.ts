import { sanitize, sanitizeLines } from "../../cli/text";

type Attributes = Record<string, string | number | boolean | undefined>;

/**
 * An element. Everything that comes from outside goes in as text: nothing here takes HTML, and marks that would turn
 * the text around them are shown.
 */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined) continue;
    const text = value === true ? "" : String(value);
    element.setAttribute(name, name === "title" ? sanitizeLines(text) : text);
  }
  element.append(...children.map((child) => (typeof child === "string" ? sanitize(child) : child)));
  return element;
}

/** An element of the page's own HTML. */
export function byId<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no #${id}.`);
  return element as T;
}

/** Shows a text in an element of the page's own HTML, as {@link make} does in others. */
export function show(id: string, text: string): void {
  byId(id).textContent = sanitize(text);
}
