import { jsonText } from "../../util/json-text";

/** A function that is written into a page as text: it refers to nothing outside itself but the browser and its parameters. */
export type Part = (...parameters: never[]) => unknown;

/**
 * The script of a page: calls `main` with the page's data and with its parts.
 *
 * The functions are ordinary TypeScript, checked and linted with everything else; what stands in the page is what the compiler made
 * of them (`Function.prototype.toString`). So a part gets whatever it needs as a parameter, and imports types alone.
 */
export function scriptOf<Data, Parts extends Readonly<Record<string, Part>>>(
  main: (data: Data, parts: Parts) => void,
  parts: Parts,
): string {
  const members = Object.entries(parts).map(([name, part]) => `${jsonText(name)}: ${part.toString()}`);
  const script = `"use strict";
// Some compilers that run TypeScript directly wrap every function in a call that keeps its name.
const __name = (of) => of;
(${main.toString()})(JSON.parse(document.getElementById("data").textContent), {
${members.join(",\n")}
});`;
  if (/<\/script|<!--/i.test(script)) throw new Error("a page's script must not contain the end of a script element");
  return script;
}
