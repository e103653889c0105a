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

/** An application's id, shortened to what tells it apart. */
export function shortClient(client: string): string {
  return client.length > 12 ? `${client.slice(0, 8)}…` : client;
}

/** A hash as GitLab logs it is short already; anything longer might be more than a hash. */
export function shortHash(hash: string | null): string | null {
  if (hash === null) return null;
  return hash.length > 10 ? `${hash.slice(0, 10)}…` : hash;
}
