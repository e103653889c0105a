import type { Problem } from "../errors";
import type { ResourceKind, VcsResource } from "../kinds";
import type { VcsRepo } from "../kinds/vcs-repo";
import type { ModuleMove } from "./module-move";

/** Which token a resource shall have: the new connection's, or one that is known by its id. */
export type TokenTarget = { readonly type: "new" } | { readonly type: "id"; readonly id: string };

interface DesiredCommon {
  /** The Terraform resource name. */
  readonly address: string;
  /** What the comment above its block says; nothing here reaches the configuration itself. */
  readonly origin: {
    readonly projectName: string | null;
    readonly wave: string;
    /** The old connection that it comes from: its name where it has one, and its id. */
    readonly connection: string | null;
  };
  /** The link as it shall be, but for the token. */
  readonly vcsRepo: Omit<VcsRepo, "oauthTokenId">;
  readonly token: TokenTarget;
  /** It has lost its link and is linked again as last seen, so the whole of `vcs_repo` is new, not only the token. */
  readonly reconnect: boolean;
  /** The token it has now; null when it has no link. */
  readonly currentTokenId: string | null;
  /** What the update would take from it without the guard, in words; undefined where it takes nothing, or may. */
  readonly keptByGuard?: string;
}

/** A resource as the plan shall leave it: everything as it is, but for the token. */
export type DesiredResource = Desired<VcsResource>;
export type Desired<R extends VcsResource> = R extends VcsResource
  ? DesiredCommon & Readonly<Pick<R, "kind" | "id" | "name" | "projectId" | "settings">>
  : never;

/** A resource that Terraform may hold and shall forget, without touching it. */
export interface ForgottenResource {
  readonly kind: ResourceKind;
  readonly id: string;
  readonly address: string;
  readonly name: string;
  readonly reason: string;
}

/** A resource of an old connection that this plan does not touch, and why. */
export interface LeftResource {
  readonly kind: ResourceKind;
  readonly id: string;
  readonly name: string;
  readonly reason: string;
  /** What a person does about it; undefined where a later plan moves it, or nobody has to. */
  readonly todo: string | undefined;
}

/** The new connection. */
export type DesiredConnection =
  | {
      readonly type: "create";
      /** Its Terraform resource name. */
      readonly address: string;
      readonly name: string;
      readonly serviceProvider: string;
      readonly httpUrl: string;
      readonly apiUrl: string;
      readonly organizationScoped: boolean;
      /** Ids of the projects to attach, when it is not scoped to the organization. */
      readonly projectIds: readonly string[];
      readonly agentPoolId: string | undefined;
      /** The name of the sensitive variable that holds the PAT. */
      readonly tokenVariable: string;
    }
  | {
      readonly type: "existing";
      readonly id: string;
      /** The name of the data source. */
      readonly address: string;
      /** Ids of the projects to attach: of a connection that this configuration made. */
      readonly links: readonly string[];
      /** Ids of the projects that it is limited to; absent when it is open to all, or not in the inventory. */
      readonly projectIds?: readonly string[];
    };

/** A connection, or its link to a project, that Terraform may hold and shall forget, without touching it. */
export interface ForgottenConnection {
  readonly type: "tfe_oauth_client" | "tfe_project_oauth_client";
  readonly address: string;
  readonly name: string;
  /** The connection's id; null where it is not known. */
  readonly id: string | null;
  /** For a link. */
  readonly projectId: string | null;
  readonly reason: string;
}

/** What one synthesized stack says: pure data, made from the organization file and the inventory. */
export interface MigrationPlan {
  readonly hostname: string;
  readonly organization: string;
  /** The version constraint on `hashicorp/tfe`. */
  readonly providerVersion: string;
  readonly connection: DesiredConnection;
  /** Sorted by kind, then address. */
  readonly managed: readonly DesiredResource[];
  /** Sorted by kind, then address. */
  readonly forgotten: readonly ForgottenResource[];
  /** In the order in which they were recorded. */
  readonly forgottenConnections: readonly ForgottenConnection[];
  readonly left: readonly LeftResource[];
  /** Registry modules that `repoint apply` re-points over the API, after Terraform's apply. Sorted by path. */
  readonly moves: readonly ModuleMove[];
  /** Why this must not be synthesized; empty when it may. */
  readonly problems: readonly Problem[];
}
