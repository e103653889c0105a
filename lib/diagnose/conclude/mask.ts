import { looksSecret, masked } from "../../util/secret";

/** Gives names and addresses stand-ins (`user-1`) that are the same for the same one throughout a diagnosis. */
export class Mask {
  private readonly known = new Map<string, string>();
  private readonly counts = new Map<string, number>();

  constructor(private readonly show: boolean) {}

  /** The value itself when names may be shown, else its stand-in. */
  of(kind: "user" | "address", value: string | null): string | null {
    if (value === null) return value;
    if (this.show) return shownPerson(value);
    const key = `${kind} ${value}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    this.known.set(key, `${kind}-${count}`);
    return `${kind}-${count}`;
  }
}

const ipv4 = /\b\d{1,3}(?:\.\d{1,3}){3}\b/;
/** What may be an IPv6 address: groups with a double colon, or eight of them. A time has two colons at most. */
const ipv6 = /(?:^|[^\w:])(?:[\da-f]{0,4}:){2,7}[\da-f.]{0,15}(?![\w:])/gi;
const email = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*/;
const percentEmail = /[\w.+-]{1,64}%40[\w-]{1,63}/i;
/** A JSON Web Token, whole or its head alone: Base64 of `{"`. */
const jwt = /\beyJ[\w-]{8,}/;
/** A personal access token as GitLab made them before they had a prefix. */
const oldToken = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w-]{20}$/;

function holdsAddress(text: string): boolean {
  if (ipv4.test(text)) return true;
  return [...text.matchAll(ipv6)].some(([found]) => found.includes("::") || found.split(":").length === 8);
}

/** Whether a text holds what is shown to nobody, or to those who asked for names alone. */
const isPrivate = (text: string): boolean =>
  looksSecret(text) ||
  holdsAddress(text) ||
  email.test(text) ||
  percentEmail.test(text) ||
  jwt.test(text) ||
  oldToken.test(text);

/** What stands for a name that is not shown. */
export const MASKED = "masked";

/** Longer texts are no names. */
const LONGEST = 400;

/**
 * A name from a log, such as a component's or a request's id: short and of few letters, so that no line of the log gets into the output by
 * way of one, and masked when it is a secret, an address or a person's out of its place.
 */
export function shownName(name: string): string {
  const text = name.slice(0, LONGEST);
  if (isPrivate(text)) return MASKED;
  return text.replace(/[^\w./:+=,()> -]/g, "").slice(0, 64);
}

/** An application's id, shortened to what tells it apart. */
export function shortClient(client: string): string {
  const shown = shownName(client);
  return shown.length > 12 ? `${shown.slice(0, 8)}…` : shown;
}

/** The name of a file or of an archive's member, which whoever made it chose. */
export const shownFile = (name: string): string => masked(name);

/** A user's name or an address, where they are asked for. */
const shownPerson = (value: string): string => masked(value.slice(0, LONGEST));

/** A hash as GitLab logs it is short already; anything longer might be more than a hash. */
export function shortHash(hash: string | null): string | null {
  if (hash === null) return null;
  if (!/^[\da-f]+$/i.test(hash)) return MASKED;
  return hash.length > 10 ? `${hash.slice(0, 10)}…` : hash;
}
