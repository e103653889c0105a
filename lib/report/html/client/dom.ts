/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

type Attributes = Readonly<Record<string, string | number>>;

/** What every script of a page uses of the document. Texts go in as text nodes and attributes alone, never as markup. */
export function domTools() {
  function byId<E extends Element>(id: string, type: new () => E): E {
    const found = document.getElementById(id);
    if (!(found instanceof type)) throw new Error(`the page has no ${type.name} #${id}`);
    return found;
  }
  function all<E extends Element>(selector: string, type: new () => E): E[] {
    return [...document.querySelectorAll(selector)].filter((found): found is E => found instanceof type);
  }
  function fill<E extends Element>(element: E, attributes: Attributes, children: readonly (Node | string)[]): E {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    element.append(...children);
    return element;
  }
  function make<K extends keyof HTMLElementTagNameMap>(
    name: K,
    attributes: Attributes = {},
    ...children: readonly (Node | string)[]
  ): HTMLElementTagNameMap[K] {
    return fill(document.createElement(name), attributes, children);
  }
  function draw<K extends keyof SVGElementTagNameMap>(
    name: K,
    attributes: Attributes = {},
    ...children: readonly (Node | string)[]
  ): SVGElementTagNameMap[K] {
    return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
  }
  const grouped = new Intl.NumberFormat("en");
  function count(many: number, one: string, other = `${one}s`): string {
    return `${grouped.format(many)} ${many === 1 ? one : other}`;
  }
  return { byId, all, make, draw, count };
}

export type DomTools = ReturnType<typeof domTools>;
