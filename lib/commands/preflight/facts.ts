import type { TokenCheck } from "../../gitlab/check-token";
import type { LifeLimits } from "../../gitlab/token-life";
import type { VcsResource } from "../../kinds";
import type { ConnectionFindings } from "../../migration/compare-connections";
import type { Organization } from "../../organization/organization";
import type { Rotation } from "../shared/rotations";
import type { RepositoryReading } from "./readings-file";

/** Everything that the checks go by, asked for once. What was not asked, or not answered, is undefined or `unknown`. */
export interface PreflightFacts {
  readonly organization: Organization;
  /** What is about to be re-pointed: what this run is about. */
  readonly resources: readonly VcsResource[];
  /** Ids of those that are not on the new connection yet. */
  readonly toMove: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly limits: LifeLimits;
  readonly token: TokenFacts;
  /** The rotation that replaced this very token in the connection that this configuration manages. */
  readonly replacedBy: Rotation | undefined;
  /** The last rotation, where it is not known to have put its token in. */
  readonly unfinished: Rotation | undefined;
  /** GitLab's id of the token that the connection which this configuration manages was last seen with; null where it is not known. */
  readonly recordedTokenId: number | null;
  /** By the full path of each repository that {@link resources} use. */
  readonly repositories: ReadonlyMap<string, RepositoryReading>;
  /** GitLab's version; undefined where it does not tell. */
  readonly gitlabVersion: string | undefined;
  /** What came where GitLab did not answer something, so that what is unknown may be known later; null where it answered everything. */
  readonly gitlabSilence: string | null;
  /** TFE's name and version, such as `Terraform Enterprise 1.1.0`; HCP Terraform tells the version of its API alone. Undefined where it tells none. */
  readonly server: string | undefined;
  /** The user of the token that the new connection holds now, as TFE shows it; null where there is none, or TFE does not. */
  readonly connectionUser: string | null;
  /** Undefined where TFE was not to be asked: nothing moves. */
  readonly tfe: TfeFacts | undefined;
  /** What is wrong, or should be known, of the old and the new connection. */
  readonly connections: ConnectionFindings;
  /** Whether the server re-points registry modules in place; null where nobody tried. */
  readonly modulesInPlace: boolean | null;
}

export type TokenFacts =
  | { readonly type: "not-given"; readonly reason: string; readonly remedy: string }
  | { readonly type: "asked"; readonly variable: string; readonly check: TokenCheck; readonly owner: TokenOwner };

/** Whose token it is. */
export type TokenOwner =
  | { readonly type: "user"; readonly username: string; readonly bot: boolean | undefined }
  | { readonly type: "unknown"; readonly reason: string };

export interface TfeFacts {
  /** The organization's `permissions` for the token; undefined where TFE does not show them. */
  readonly permissions: Readonly<Record<string, boolean>> | undefined;
  /** Ids of resources of which TFE says that its token may not change them. */
  readonly readOnlyIds: ReadonlySet<string>;
  /** Repositories that TFE sees through the new connection, in lower case. */
  readonly sees:
    | { readonly type: "list"; readonly paths: ReadonlySet<string> }
    | { readonly type: "refused"; readonly reason: string }
    | { readonly type: "unknown"; readonly reason: string };
}
