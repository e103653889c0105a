import { quoted } from "./json-text";

/** What a secret looks like, by what it is: GitLab's tokens have a prefix, Terraform's an `atlasv1` in their middle. The one such list. */
const shapes: readonly { readonly what: string; readonly shape: RegExp }[] = [
  { what: "a GitLab token", shape: /(?<![A-Za-z0-9])glpat-[\w.=-]{10,}/g },
  {
    // The other prefixes may begin a workspace's name too: a token of theirs is long, with capitals and digits.
    what: "a GitLab token",
    shape:
      /(?<![A-Za-z0-9])gl(?:dt|rt|rtr|ptt|ft|oas|soat|agent|cbt|imt|ffct|wt)-(?=[\w.-]*\d)(?=[\w.-]*[A-Z])[\w.-]{20,}/g,
  },
  { what: "a Terraform token", shape: /(?<![A-Za-z0-9])[A-Za-z0-9]{10,}\.atlasv1\.[\w-]+/g },
  { what: "a GitHub token", shape: /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/g },
  { what: "a Vault token", shape: /(?<![A-Za-z0-9])hv[sbr]\.[\w-]{20,}/g },
  { what: "an AWS access key", shape: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g },
  { what: "a password in an address", shape: /(?<=:\/\/)[^\s/:@"']*:[^\s/@"']+(?=@)/g },
  { what: "a token in an address", shape: /(?<=[?&](?:private_token|access_token|job_token|token)=)[^\s&#"']+/g },
  {
    // With its body: to its end, or as far as there are Base64's characters and line breaks, escaped ones too.
    what: "a private key",
    shape: /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[^-]*-----END [A-Z ]*PRIVATE KEY-----|(?:\\[rn]|[A-Za-z0-9+/=\s])*)/g,
  },
];
/** A cheap test that every shape passes, since plans and logs are long. */
const hint = /gl[a-z]+-|\.atlasv1\.|gh[pousr]_|github_pat_|hv[sbr]\.|AKIA|ASIA|:\/\/[^/]*@|token=|PRIVATE KEY/;

const MASK = "(masked)";

export interface SecretInText {
  /** For example `a GitLab token`. */
  readonly what: string;
  readonly offset: number;
}

/** Every secret that a text holds, in the order in which they stand in it. */
export function secretsIn(text: string): readonly SecretInText[] {
  return shapes
    .flatMap(({ what, shape }) => [...text.matchAll(shape)].map(({ index }) => ({ what, offset: index })))
    .sort((a, b) => a.offset - b.offset);
}

/** Whether a text holds something that looks like a secret. */
export function looksSecret(text: string): boolean {
  return hint.test(text) && shapes.some(({ shape }) => text.search(shape) >= 0);
}

/**
 * A text without its secrets.
 *
 * @param known secrets that need not look like one
 */
export function masked(text: string, known: readonly string[] = []): string {
  const clean = known
    .filter((value) => text.includes(value))
    .sort((a, b) => b.length - a.length)
    .reduce((rest, value) => rest.replaceAll(value, MASK), text);
  return hint.test(clean) ? shapes.reduce((rest, { shape }) => rest.replace(shape, MASK), clean) : clean;
}

/** A value for an error message, in quotes and shortened, without its secrets. */
export function shown(value: unknown): string {
  const text = masked(quoted(value));
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}

/**
 * A value that stands where an id belongs, for an error message. A token without a known prefix (an old one, or one of a
 * GitLab with a prefix of its own) looks like nothing but a long text of letters and digits, so such a one is not shown.
 */
export function shownId(value: string): string {
  const isId = /^(oc|ot|ws|prj|apool|polset|mod|st|org)-[A-Za-z0-9]+$/.test(value);
  const opaque = !isId && /^[\w.=-]{16,}$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value);
  return opaque ? `a string of ${value.length} characters (masked: it may be a token)` : shown(value);
}
