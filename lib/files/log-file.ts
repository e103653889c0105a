import { closeSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { fileTrouble, namingFile } from "../util/file-trouble";
import { printableText } from "../util/plain-text";
import { makeFolder } from "./make-folder";

/** A file for what is worth keeping and not worth failing for. */
export interface LogFile {
  /** Another program's lines: what cannot be seen in them is escaped, as on a terminal. */
  add(text: string): void;
  close(): void;
}

/** Begins a log anew, for its owner alone. A disk that is full ends the log and nothing else. */
export function openLog(file: string): LogFile {
  let handle: number | undefined = namingFile(file, () => {
    makeFolder(dirname(file));
    return openSync(file, "w", 0o600);
  });
  const close = () => {
    if (handle !== undefined) closeSync(handle);
    handle = undefined;
  };
  return {
    add: (text) => {
      try {
        if (handle !== undefined) namingFile(file, () => writeSync(handle ?? 0, printableText(text)));
      } catch (error) {
        if (fileTrouble(error) === undefined) throw error;
        close();
      }
    },
    close,
  };
}
