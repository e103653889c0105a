import { DataTfeOauthClient } from "@cdktf/provider-tfe/lib/data-tfe-oauth-client";
import { OauthClient } from "@cdktf/provider-tfe/lib/oauth-client";
import { ProjectOauthClient } from "@cdktf/provider-tfe/lib/project-oauth-client";
import { Fn, type ITerraformDependable, Lazy, Op, type Precondition, type TerraformProvider, Token } from "cdktf";
import { Construct } from "constructs";
import { projectLinkAddress } from "../migration/own-connection";
import { impossibleCombinations } from "../util/gitlab-address";
import { HEADER_PATTERN, TOKEN_PATTERN } from "../util/token-text";
import { claimAddress } from "./claim-address";
import { useOwnPrinter } from "./hcl/use-own-printer";
import { literal } from "./literal";
import { requireProps } from "./require-props";

export interface GitlabPatConnectionProps {
  /** The TFE organization. */
  readonly organization: string;
  /** The connection's name in TFE. It can never be changed: the provider would destroy the connection and unlink all that uses it. */
  readonly name: string;
  /** @default "gitlab_hosted" */
  readonly serviceProvider?: "gitlab_hosted" | "gitlab_community_edition" | "gitlab_enterprise_edition";
  /** GitLab's address, for example `https://gitlab.example.com`. @default "https://gitlab.com" */
  readonly httpUrl?: string;
  /** GitLab's API. @default `<httpUrl>/api/v4` */
  readonly apiUrl?: string;
  /**
   * The personal access token, as a reference to a sensitive Terraform variable (`variable.stringValue`). It ends up in the
   * Terraform state, and in nothing else.
   */
  readonly token: string;
  /** Ids (`prj-…`) of the projects that may use the connection, at least one. @default the whole organization */
  readonly projectIds?: readonly string[];
  /** Id (`apool-…`) of the agent pool through which a private GitLab is reached. @default none */
  readonly agentPoolId?: string;
  /** The provider's configuration, where the stack has several (aliases). @default the one without an alias */
  readonly provider?: TerraformProvider;
}

export interface ExistingConnectionOptions {
  /** Ids (`prj-…`) of projects to attach to it. @default none */
  readonly projectIds?: readonly string[];
  /** The provider's configuration, where the stack has several (aliases). @default the one without an alias */
  readonly provider?: TerraformProvider;
}

/** What resources need to know of a connection. */
export interface Connection {
  /** The connection's id. */
  readonly oauthClientId: string;
  /** What a resource refers to. */
  readonly oauthTokenId: string;
  /** What must be there before anything is re-pointed to it. */
  readonly ready: readonly ITerraformDependable[];
}

/** A connection made outside this configuration. */
export interface ExistingConnection extends Connection {
  /** The `data.tfe_oauth_client`. */
  readonly resource: DataTfeOauthClient;
}

/**
 * A connection of a TFE organization to GitLab with a personal access token: `tfe_oauth_client`. It is never destroyed
 * (`prevent_destroy`). Projects are attached before anything that uses {@link ready} is re-pointed.
 *
 * A connection that was made elsewhere is referred to with {@link GitlabPatConnection.fromOauthClientId}.
 */
export class GitlabPatConnection extends Construct implements Connection {
  readonly oauthClientId: string;
  readonly oauthTokenId: string;
  readonly ready: readonly ITerraformDependable[];

  /** The `tfe_oauth_client`: for overrides, references and aspects. Also `node.defaultChild`. */
  readonly resource: OauthClient;

  /**
   * @throws Error when a prop that has no default is missing, when TFE would refuse the addresses, and when the token is a literal or
   * holds one: it would stand in the synthesized configuration.
   */
  constructor(scope: Construct, id: string, props: GitlabPatConnectionProps) {
    requireProps("GitlabPatConnection", props, { organization: "text", name: "text", token: "text" });
    super(scope, id);
    if (!isReference(props.token)) {
      throw new Error(
        "GitlabPatConnection: `token` is a literal and would be written into the configuration; pass a sensitive TerraformVariable's stringValue",
      );
    }
    if (props.projectIds?.length === 0) {
      throw new Error(
        "GitlabPatConnection: `projectIds` is empty, so nothing could use the connection; add a project, or omit it for the whole organization",
      );
    }
    const httpUrl = (props.httpUrl ?? "https://gitlab.com").replace(/\/+$/, "");
    const serviceProvider = props.serviceProvider ?? "gitlab_hosted";
    const known = [serviceProvider, httpUrl, props.apiUrl].every((value) => !Token.isUnresolved(value));
    const [impossible] = known ? impossibleCombinations(serviceProvider, httpUrl, props.apiUrl) : [];
    if (impossible !== undefined) {
      throw new Error(`GitlabPatConnection: \`${impossible.attribute}\`: ${impossible.message}; ${impossible.fix}`);
    }
    const provider = props.provider === undefined ? {} : { provider: props.provider };
    const client = new OauthClient(this, "client", {
      organization: literal(props.organization),
      name: literal(props.name),
      serviceProvider,
      httpUrl: literal(httpUrl),
      apiUrl: literal(props.apiUrl ?? `${httpUrl}/api/v4`),
      oauthToken: props.token,
      organizationScoped: props.projectIds === undefined,
      ...(props.agentPoolId === undefined ? {} : { agentPoolId: literal(props.agentPoolId) }),
      lifecycle: { preventDestroy: true, precondition: [isToken(props.token)] },
      ...provider,
    });
    useOwnPrinter(client);
    this.resource = client;
    this.node.defaultChild = client;
    claimAddress(client, "tfe_oauth_client", id);
    this.oauthClientId = client.id;
    this.oauthTokenId = client.oauthTokenId;
    this.ready = linkProjects(this, id, client.id, props.projectIds, props.provider);
  }

  /**
   * Refers to a connection made outside this configuration: its PAT is then in no state.
   *
   * @param oauthClientId the connection's id (`oc-…`); it must have exactly one token
   * @throws Error when the id is missing or is no text
   */
  static fromOauthClientId(
    scope: Construct,
    id: string,
    oauthClientId: string,
    options: ExistingConnectionOptions = {},
  ): ExistingConnection {
    requireProps("GitlabPatConnection.fromOauthClientId", { oauthClientId }, { oauthClientId: "text" });
    const { provider } = options;
    // By its id: an old and a new connection have the same service provider.
    const client = new DataTfeOauthClient(scope, id, {
      oauthClientId: literal(oauthClientId),
      ...(provider === undefined ? {} : { provider }),
    });
    claimAddress(client, "data.tfe_oauth_client", id);
    return {
      oauthClientId: client.oauthClientId,
      oauthTokenId: client.oauthTokenId,
      ready: linkProjects(client, id, client.oauthClientId, options.projectIds, provider),
      resource: client,
    };
  }
}

function linkProjects(
  scope: Construct,
  connection: string,
  oauthClientId: string,
  projectIds: readonly string[] | undefined,
  provider: TerraformProvider | undefined,
): readonly ITerraformDependable[] {
  return [...new Set(projectIds)].map((projectId) => {
    const link = new ProjectOauthClient(scope, projectId, {
      oauthClientId,
      projectId: literal(projectId),
      ...(provider === undefined ? {} : { provider }),
    });
    claimAddress(link, "tfe_project_oauth_client", projectLinkAddress(connection, projectId));
    return link;
  });
}

/**
 * TFE would store a token with a line break as it is, and no request with it would ever be answered. Refused here, it is refused
 * whoever runs Terraform. Not as a `validation` of the variable: Terraform prints the value of a sensitive variable that fails one
 * (1.11.4; opentofu/opentofu#2219).
 */
function isToken(token: string): Precondition {
  const variable = Lazy.stringValue({
    produce: (context) => literal(String(context.resolve(token)).replace(/^\$\{(.*)\}$/s, "$1")),
  });
  return {
    condition: Op.and(Fn.can(Fn.regex(TOKEN_PATTERN, token)), Op.not(Fn.can(Fn.regex(`(?i)${HEADER_PATTERN}`, token)))),
    errorMessage: `The value of ${variable} is not a token: it is empty, or contains a space, a line break, a quotation mark, the name of a header or another invalid character. Set it to the token alone.`,
  };
}

/** Whether a string is references of cdktf's alone, without any text of its own between them. */
function isReference(value: string): boolean {
  return Token.isUnresolved(value) && value.replace(/\$\{TfToken\[[^\]]*\]\}/g, "") === "";
}
