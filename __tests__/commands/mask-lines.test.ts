import { maskLines } from "../../lib/commands/shared/mask-lines";

it("masks what came in parts, and keeps everything else as it was", () => {
  const written: string[] = [];
  const { add, end } = maskLines((text) => written.push(text), ["an-old-token"]);
  const bytes = Buffer.from("Größe: an-old-token, glpat-abcdefghij0123456789\nnext\nlast glpat-abcdefghij0123456789");
  for (let at = 0; at < bytes.length; at += 3) add(bytes.subarray(at, at + 3));
  expect(written.join("")).toBe("Größe: (masked), (masked)\nnext\n");
  end();
  expect(written.join("")).toBe("Größe: (masked), (masked)\nnext\nlast (masked)");
});
