import { looksSecret } from "../../util/secret";

/** Gives names and addresses stand-ins (`user-1`) that are the same for the same one throughout a diagnosis. */
export class Mask {
  private readonly known = new Map<string, string>();
  private readonly counts = new Map<string, number>();

  constructor(private readonly show: boolean) {}

  /** The value itself when names may be shown, else its stand-in. */
  of(kind: "user" | "address", value: string | null): string | null {
    if (value === null || this.show) return value;
    const key = `${kind} ${value}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    this.known.set(key, `${kind}-${count}`);
    return `${kind}-${count}`;
  }
}

const address = /\b\d{1,3}(?:\.\d{1,3}){3}\b/;

/**
 * A name from a log, such as a component's or a request's id: short and of few letters, so that no line of the log gets into the output by
 * way of one, and masked when it is a secret or an address out of its place.
 */
export function shownName(name: string): string {
  if (looksSecret(name) || address.test(name)) return "masked";
  return name.replace(/[^\w./:+=,> -]/g, "").slice(0, 64);
}

/** An application's id, shortened to what tells it apart. */
export function shortClient(client: string): string {
  const shown = shownName(client);
  return shown.length > 12 ? `${shown.slice(0, 8)}…` : shown;
}

/** A hash as GitLab logs it is short already; anything longer might be more than a hash. */
export function shortHash(hash: string | null): string | null {
  if (hash === null) return null;
  if (!/^[\da-f]+$/i.test(hash)) return "masked";
  return hash.length > 10 ? `${hash.slice(0, 10)}…` : hash;
}
