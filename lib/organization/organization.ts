import type { ResourceKind } from "../kinds";

/** The organization file, normalised: what `organizations/ORG.yaml` says, with every default filled in. */
export interface Organization {
  /** The file it was read from, as the user named it. */
  readonly file: string;
  /** Of Terraform Enterprise or HCP Terraform, for example `app.terraform.io`; with a port where there is one. */
  readonly hostname: string;
  readonly organization: string;
  readonly gitlab: GitlabSettings;
  readonly connection: ConnectionSettings;
  /** Ids (`oc-…`) of the old connections. */
  readonly from: readonly string[];
  readonly select: Selection;
  /** Resources that another Terraform configuration manages: never adopted, listed for their owners. */
  readonly managedElsewhere: readonly Matcher[];
  readonly waves: readonly Wave[];
  /** The last wave to re-point; undefined is all of them. */
  readonly through: string | undefined;
  /** `back` re-points what `through` does not cover to where its baseline says. */
  readonly direction: "forward" | "back";
  /** What Terraform is to forget: nothing, every wave that is done, or the waves named. */
  readonly forget: "none" | "done" | readonly string[];
  readonly backend: Backend;
  readonly terraform: {
    /** The version constraint on `hashicorp/tfe`. */
    readonly provider: string;
  };
  /** Whether workspaces may be re-pointed although the provider resets their own auto-destroy settings with it. */
  readonly allowAutoDestroyReset: boolean;
  readonly limits: {
    /** The most resources that one plan may change; undefined is no limit. */
    readonly maxChanges: number | undefined;
  };
}

export const serviceProviders = ["gitlab_hosted", "gitlab_community_edition", "gitlab_enterprise_edition"] as const;
export type ServiceProvider = (typeof serviceProviders)[number];

export interface GitlabSettings {
  /** For example `https://gitlab.com`, without a slash at its end. */
  readonly url: string;
  /** `URL/api/v4` unless the organization file says otherwise. */
  readonly apiUrl: string;
  readonly serviceProvider: ServiceProvider;
  /** Where the old connections' GitLab was, when it has moved to `url` since: they may lead there. */
  readonly movedFrom: readonly string[];
}

export interface ConnectionSettings {
  readonly name: string;
  /** The whole organization, or projects by name or id (`prj-…`). */
  readonly scope: "organization" | { readonly projects: readonly string[] };
  /** Id (`apool-…`) of the agent pool through which a private GitLab is reached. */
  readonly agentPool: string | undefined;
  /** Id (`oc-…`) of a connection made outside this configuration, which is then only referred to. */
  readonly existing: string | undefined;
  /** The sensitive Terraform variable that holds the PAT; its value comes from `TF_VAR_<name>`. */
  readonly tokenVariable: string;
}

/** Which resources: those that fit every condition given. An absent list is no condition. */
export interface Matcher {
  readonly kinds?: readonly ResourceKind[];
  /** Project names (globs) or ids. */
  readonly projects?: readonly string[];
  /** Workspace tags: `name`, or `key=value` with globs on both sides; any one suffices. */
  readonly tags?: readonly string[];
  /** Globs for the resource's name; any match suffices. */
  readonly names?: readonly string[];
  /** Resource ids, such as `ws-…`. */
  readonly ids?: readonly string[];
  /** Workspaces: globs on `source-name`. */
  readonly sourceNames?: readonly string[];
}

export interface Selection extends Matcher {
  readonly exclude: readonly Matcher[];
}

export interface Wave extends Matcher {
  readonly name: string;
  /** Of what the other conditions leave, this share in percent (0 to 100), stable from run to run. */
  readonly percent?: number;
}

export const backendTypes = ["local", "http", "s3", "gcs", "azurerm", "remote", "cloud"] as const;
export type BackendType = (typeof backendTypes)[number];

/** A Terraform backend: its type and the settings that are written into the `terraform` block. Credentials are not among them. */
export interface Backend {
  readonly type: BackendType;
  readonly settings: Readonly<Record<string, unknown>>;
}
