import type { Resource } from "../tfe/resource";
import type { LinkInApiWords, LinkToSend } from "./link";
import type { ProviderFacts } from "./provider-facts";

/** What addresses a resource, over the API and in an import. `settings` are those of its own kind. */
export interface Addressed<S extends object = object> {
  readonly id: string;
  readonly name: string;
  readonly settings: S;
}

/** What a person does about something that no plan moves in place, with every value that is to be entered. */
export interface ManualSteps {
  /** For this one alone. */
  readonly whole: string;
  /** The same for several, without what differs from one to the other. */
  readonly shared: string;
  /** What differs: it stands beside each of them. */
  readonly own: string;
}

/** A kind of VCS-connected resource: everything that tells it from the others. Pure. */
export interface Kind<R = unknown> {
  readonly kind: string;
  /** For people, in the singular. An `s` makes it the plural. */
  readonly words: string;
  /** Its JSON:API type, which also ends the path of an organization's list of it. */
  readonly type: string;
  /** How TFE makes its ids. */
  readonly id: RegExp;
  /** Any of these in the entitlement set says that an organization may have it (HCP Terraform API, "Organizations"). */
  readonly entitlements: readonly string[];
  readonly terraformType: string;
  readonly provider: ProviderFacts;
  /** Whether a link that is there is changed by its token alone, and keeps what is not sent. */
  readonly isTokenAlone: boolean;
  /**
   * Whether it may have to go over the API: providers before 0.80 replace it to change its token, and not every server changes that
   * in place, so one is tried first.
   */
  readonly overApi: boolean;
  /** The query of a reading that shows its tags, as the provider reads it; absent where it has none. */
  readonly tagsQuery?: string;
  /** From the API's words to the inventory's. @throws ExternalError when it is not what TFE documents */
  read(resource: Resource): R;
  /** Where one is read and patched, below the API's root, such as `workspaces/ws-1`. */
  path(organization: string, object: Addressed): string;
  /** The import ids that the provider takes (its documentation, each resource's "Import"); the first is the one to write. */
  importIds(organization: string, object: Addressed): readonly [string, ...string[]];
  /** A link in the API's words, whole: what the kind's documentation names. */
  linkInApiWords(link: LinkToSend): LinkInApiWords;
  /** The request that changes its link, and nothing else of it. @param now the object as the server has it */
  linkDocument(id: string, link: LinkInApiWords, now: Resource): unknown;
  /** Its link as the server has it, where the server shows a part of it beside the link. */
  linkThere?(link: object, now: Resource): object;
  /** A reading without what only one of the ways to read it shows, to compare it with what was recorded. */
  asRecorded?(now: R, recorded: R): R;
  /** What a person does where neither Terraform nor the API moves it. @default it is linked in TFE */
  manualSteps?(record: R, link: { readonly through: string; readonly repository: string }): ManualSteps;
}
