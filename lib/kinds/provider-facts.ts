/** What the provider does to a resource type of `hashicorp/tfe` (its schema, 0.71 to 0.80). */
export interface ProviderFacts {
  /** Where the token id is, as `formatPath` writes it; undefined where there is none. */
  readonly tokenPath?: string;
  /**
   * Arguments that exist in configuration and state alone: the API has no such attribute, an import leaves them null, and
   * the configuration or the provider's default then adds them. Value: what they may become. No request carries them.
   */
  readonly configurationOnly: ReadonlyMap<string, readonly boolean[]>;
  /** Paths that an import does not read, though the server has a value: plans seem to set it until an apply has. */
  readonly unread: ReadonlySet<string>;
  /** Arguments that any update clears on the server when the configuration leaves them out, though the plan shows no change. */
  readonly clearedWhenLeftOut: ReadonlySet<string>;
  /** Attributes that only the server sets. The provider may not know them before the apply; no request carries them. */
  readonly computed: ReadonlySet<string>;
  /** Attributes that are neither read nor sent while another one is true, and are left unknown then. */
  readonly unusedWhile?: ReadonlyMap<string, string>;
  /**
   * Computed attributes that the provider does not set behind the guard (`lib/guard/self-html.ts`): the first read without it fills
   * them in.
   */
  readonly absentBehindGuard?: ReadonlySet<string>;
  /** Attributes of a link that the API has, and the resource type does not. */
  readonly linkLacks?: ReadonlySet<string>;
  /** Whether it replaces one to give it back a link that it has lost. @default false */
  readonly replacesToLink?: boolean;
}

export const none: ReadonlyMap<string, readonly boolean[]> = new Map();
export const nothing: ReadonlySet<string> = new Set();
