import type { DomTools } from "./dom";

/** Two values beside each other, with the part that differs marked. */
export function difference({ make }: DomTools, before: string, after: string): readonly [HTMLElement, HTMLElement] {
  const one = [...before];
  const two = [...after];
  const least = Math.min(one.length, two.length);
  let start = 0;
  while (start < least && one[start] === two[start]) start += 1;
  let end = 0;
  while (end < least - start && one[one.length - 1 - end] === two[two.length - 1 - end]) end += 1;
  // Short values, and those with little in common, are clearer as a whole.
  if (start + end < 8 || (start + end) * 3 < Math.max(one.length, two.length)) [start, end] = [0, 0];
  const marked = (characters: readonly string[], name: "del" | "ins"): HTMLElement => {
    const changed = characters.slice(start, characters.length - end).join("");
    const code = make("code", {}, characters.slice(0, start).join(""));
    if (changed !== "") code.append(make(name, {}, changed));
    code.append(characters.slice(characters.length - end).join(""));
    return code;
  };
  return [marked(one, "del"), marked(two, "ins")];
}
