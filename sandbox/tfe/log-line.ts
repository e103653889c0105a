/** An entry of Terraform Enterprise's own log. */
export interface LogEntry {
  readonly at: Date;
  readonly level: "INFO" | "ERROR";
  /** The request that it belongs to. */
  readonly id: string;
  readonly message: string;
}

/** A line of `atlas.log`. */
export function logLine({ at, level, id, message }: LogEntry): string {
  return `${at.toISOString().slice(0, 19).replace("T", " ")} [${level}] [${id}] ${message}\n`;
}
