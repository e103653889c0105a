import { createInterface, type Interface } from "node:readline";
import { jsonText } from "../util/json-text";
import { printable, printableText, type Text, toLine } from "../util/plain-text";
import type { Io, Out } from "./io";

/*
 * The one way out to a terminal. No other file can write to one: `Out` has no `write`, and a lint rule forbids `console`.
 * Line breaks are made here alone, so no name, whatever it holds, forges a line.
 */

/** Prints each text on a line of its own. What came from outside is escaped, unless it is a `Line`, where that is done. */
export function print(out: Out, ...texts: readonly Text[]): void {
  write(out, texts.map((text) => `${toLine(text).text}\n`).join(""));
}

/** Prints what is a text of lines already: another program's output, a note, a page. */
export function printLines(out: Out, text: string): void {
  write(out, printableText(text));
}

/** Prints a value as JSON. */
export function printJson(out: Out, value: unknown, indent?: number): void {
  write(out, `${jsonText(value, indent)}\n`);
}

/** Writes over the line that the cursor of a terminal is in; without a text, only clears it. */
export function redraw(out: Out, text: string = ""): void {
  write(out, `\r\u001b[2K${printable(text)}`);
}

/** A person at the terminal, to be asked. What is asked with goes through {@link printable}. */
export function promptOn({ stdin, stdout }: Io): Interface {
  return createInterface({ input: stdin, output: streamOf(stdout) });
}

function write(out: Out, text: string): void {
  if (text !== "") streamOf(out).write(text);
}

function streamOf(out: Out): NodeJS.WritableStream {
  return out as NodeJS.WritableStream;
}
