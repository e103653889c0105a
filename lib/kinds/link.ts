import type { VcsRepo } from "./vcs-repo";

/** A VCS link, as it is to be. Absent keys are not sent. */
export type LinkToSend = Omit<VcsRepo, "oauthTokenId"> & { readonly oauthTokenId: string };

/** The keys of `vcs-repo`, as a kind's documentation names them. */
export type LinkInApiWords = Readonly<Record<string, unknown>>;

/** The request that changes an object's link, and nothing else of it. */
export function linkAlone(type: string, id: string, link: LinkInApiWords): unknown {
  return { data: { type, id, attributes: { "vcs-repo": withoutAbsent(link) } } };
}

export function withoutAbsent(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined && value !== null));
}
