import type { Entitlements, ModulePatch } from "./tfe/state/records";

export interface SandboxOptions {
  /** The same seed makes the same organization. @default 1 */
  readonly seed?: number;
  /** How many workspaces the organization has. @default 0 */
  readonly fleet?: number;
  /** Whether it also has policy sets, registry modules and stacks, as far as it may use them. @default false */
  readonly extraResources?: boolean;
  /** @default "sandbox" */
  readonly organization?: string;
  /** Requests a second for a user, as TFE limits them; null for no limit. @default 30 */
  readonly requestsPerSecond?: number | null;
  /** What the server does when a registry module's token is changed. @default "in-place" */
  readonly modules?: ModulePatch;
  /** What the organization may use. @default everything but Stack components, which HCP Terraform alone has */
  readonly entitlements?: Partial<Entitlements>;
  /** @default a free one */
  readonly tfePort?: number;
  /** @default a free one */
  readonly gitlabPort?: number;
  /** How long GitLab takes to answer the refresh of an OAuth token, in milliseconds. @default 0 */
  readonly latencyMs?: number;
  /**
   * Whether GitLab revokes a refresh token only when what renewed it is first used (Doorkeeper's column
   * `previous_refresh_token`), and not at once. @default false
   */
  readonly previousRefreshToken?: boolean;
  /** A filesystem mirror with the provider, named in Terraform's CLI configuration. @default REPOINT_PROVIDER_MIRROR */
  readonly providerMirror?: string;
  /** Told about every request that no route is there for. @default nobody */
  readonly onUnknownRoute?: (line: string) => void;
}
