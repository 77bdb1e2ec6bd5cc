// Elements in one line each. There is no framework: what changes is changed where it is.

type Child = Node | string;
type Properties = Record<string, string | number | boolean | ((event: Event) => void) | undefined>;

/** An HTML element: attributes as they are written, listeners as functions, `text` for its text. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  apply(element, properties);
  element.append(...children);
  return element;
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  apply(element, properties);
  element.append(...children);
  return element;
}

/** Sets attributes, listeners (`onclick`) and `text`; what is undefined or false is taken away. */
export function apply(element: Element, properties: Properties): void {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value);
    else if (name === 'text') element.textContent = String(value);
    else if (value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}
