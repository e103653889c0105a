import { dark, light } from "../../../lib/report/html/style";

/** WCAG 2's relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

/** Text and what it stands on. */
const texts = [
  ...["text", "dim", "accent"].flatMap((text) => ["bg", "card", "sunk"].map((ground) => [text, ground] as const)),
  ...["good", "bad", "warn", "info"].flatMap((tone) => [[tone, `${tone}bg`] as const, [tone, "card"] as const]),
  ["bg", "accent"],
  ["bg", "good"],
  ["text", "badbg"],
  ["text", "goodbg"],
] as const;
/** What must be told from its ground without being text: edges of controls, marks of the pictures. */
const shapes = [
  ["dim", "card"],
  ["dim", "bg"],
  ["good", "card"],
  ["bad", "card"],
  ["warn", "card"],
  ["band", "card"],
] as const;

describe.each([
  ["light", light],
  ["dark", dark],
])("in the %s theme", (_, theme) => {
  const of = (one: string, other: string): number => contrast(theme[one] ?? "", theme[other] ?? "");

  test.each(texts)("%s on %s is readable (4.5 to 1)", (text, ground) => {
    expect(of(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(shapes)("%s on %s is seen", (shape, ground) => {
    expect(of(shape, ground)).toBeGreaterThanOrEqual(shape === "band" ? 2.5 : 3);
  });
});
