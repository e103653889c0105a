import { isUnseen } from "../../util/plain-text";

/**
 * Prints a string of Terraform's JSON syntax as an HCL expression. Both are templates: `${…}` is an expression, `$${` and
 * `%%{` are literal. What is one expression and nothing else is printed bare, everything else in quotes.
 */
export function printString(text: string): string {
  const whole = text.startsWith("${") ? templateEnd(text, 2) : undefined;
  if (whole === text.length) return text.slice(2, -1).trim();
  let printed = "";
  let at = 0;
  while (at < text.length) {
    const three = text.slice(at, at + 3);
    if (three === "$${" || three === "%%{") {
      printed += three;
      at += 3;
      continue;
    }
    if (three.startsWith("${") || three.startsWith("%{")) {
      const end = templateEnd(text, at + 2) ?? text.length;
      printed += text.slice(at, end);
      at = end;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    printed += escapeCharacter(character);
    at += character.length;
  }
  return `"${printed}"`;
}

const short = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function escapeCharacter(character: string): string {
  const known = short.get(character);
  if (known !== undefined) return known;
  if (!isUnseen(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** The index behind the brace that closes an interpolation whose inside starts at `from`; undefined when none does. */
function templateEnd(text: string, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      at = quoteEnd(text, at + 1);
    } else if (character === "{") depth += 1;
    else if (character === "}") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

/** The index of the quote that closes a string inside an expression. */
function quoteEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "$" && text[at + 1] === "{") at = (templateEnd(text, at + 2) ?? text.length) - 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
