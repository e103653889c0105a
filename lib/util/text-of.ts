export type DecodedText =
  | { readonly type: "text"; readonly text: string }
  /** `reason` goes on after the file's name. */
  | { readonly type: "wrong"; readonly reason: string };

/** The text in a file's bytes: UTF-8, or UTF-16 with a byte order mark, as Windows PowerShell writes what it redirects. */
export function textOf(bytes: Buffer): DecodedText {
  try {
    const text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
    const nul = text.indexOf("\0");
    if (nul === -1) return { type: "text", text };
    const line = text.slice(0, nul).split("\n").length;
    return { type: "wrong", reason: `is not text: line ${line} contains a NUL character` };
  } catch {
    return { type: "wrong", reason: "is not UTF-8 text" };
  }
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
}
