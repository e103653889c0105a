import { z } from "zod";
import { resourceKinds } from "../kinds";
import { PROVIDER_CONSTRAINT } from "../util/tfe-provider";
import { backendTypes, serviceProviders } from "./organization";
import { patterns } from "./patterns";

/** The organization file file's format. A newer one is refused by name. */
export const ORGANIZATION_FILE_VERSION = 1;

/*
 * Types and keys are judged here; what a text must look like is judged by `rules/`, which can say more about it. The
 * `pattern`s and bounds in `meta` are for editors alone.
 */
const text = z.string().min(1);
const like = (pattern: RegExp) => text.meta({ pattern: pattern.source });
const list = (description: string, examples?: readonly string[]) =>
  z
    .array(text)
    .min(1)
    .meta({ description, ...(examples === undefined ? {} : { examples: [examples] }) });

const conditions = {
  kinds: z.array(z.enum(resourceKinds)).min(1).meta({ description: "Kinds of resource." }).optional(),
  projects: list("Project names (globs) or ids (prj-…).", ["Platform", "team-*"]).optional(),
  tags: list("Workspace tags: a name, or key=value; globs; any match suffices.", ["prod", "team=net*"]).optional(),
  names: list("Globs for the resource's name; any match suffices.", ["network-*"]).optional(),
  ids: z
    .array(like(patterns.resourceId))
    .min(1)
    .meta({ description: "Resource ids: ws-…, polset-…, mod-…, st-…." })
    .optional(),
  sourceNames: list("Globs for a workspace's source-name: what created it.", ["*terraform-config*"]).optional(),
};

export const MatcherFile = z
  .strictObject(conditions)
  .meta({ description: "Resources that match every given condition.", minProperties: 1 });
export type MatcherFile = z.infer<typeof MatcherFile>;

export const WaveFile = z.strictObject({
  name: like(patterns.waveName).meta({
    description: "The wave's name: letters, digits, - and _.",
    examples: ["canary"],
  }),
  ...conditions,
  percent: z
    .number()
    .meta({
      description: "The percentage to take of the resources that match the other conditions; stable from run to run.",
      minimum: 0,
      maximum: 100,
      examples: [10],
    })
    .optional(),
});
export type WaveFile = z.infer<typeof WaveFile>;

const settings = z.record(z.string(), z.unknown());

export const OrganizationFile = z
  .strictObject({
    version: z.literal(ORGANIZATION_FILE_VERSION).meta({ description: "The format of this file." }),
    hostname: like(patterns.hostname).meta({
      description: "The host of Terraform Enterprise or HCP Terraform.",
      examples: ["app.terraform.io", "tfe.example.com"],
    }),
    organization: like(patterns.organization).meta({ description: "The organization's name.", examples: ["acme"] }),
    gitlab: z
      .strictObject({
        url: like(patterns.url).meta({
          description: "GitLab's address, as in the browser.",
          examples: ["https://gitlab.com"],
        }),
        apiUrl: like(patterns.apiUrl)
          .meta({
            description: "The address of GitLab's API. Default: url/api/v4.",
            examples: ["https://gitlab.com/api/v4"],
          })
          .optional(),
        serviceProvider: z.enum(serviceProviders).meta({ description: "TFE's name for this kind of GitLab." }),
        movedFrom: z
          .union([like(patterns.url), z.array(like(patterns.url)).min(1)], { error: "an address, or a list of them" })
          .meta({
            description:
              "The address that this GitLab had when the old connections were made. Only for a GitLab that has moved: without it, an old connection to another address is an error.",
            examples: ["https://old-gitlab.example.com"],
          })
          .optional(),
      })
      .meta({ description: "The GitLab of the new connection." }),
    connection: z
      .strictObject({
        name: text.meta({ description: "The new connection's name in TFE. It cannot be changed later." }).optional(),
        scope: z
          .union(
            [
              z.literal("organization"),
              z.strictObject({ projects: list("The projects that may use the connection, by name or id.") }),
            ],
            { error: "organization, or projects: [names or ids]" },
          )
          .meta({ description: "Who may use it: the whole organization (default), or projects." })
          .optional(),
        agentPool: like(patterns.agentPoolId)
          .meta({ description: "Id (apool-…) of the agent pool that reaches a private GitLab." })
          .optional(),
        existing: like(patterns.connectionId)
          .meta({
            description: "Id (oc-…) of a connection that already exists; then no Terraform state contains the PAT.",
          })
          .optional(),
        tokenVariable: like(patterns.variable)
          .meta({
            description: "The Terraform variable for the PAT; set it as TF_VAR_<name>. Default: gitlab_pat.",
          })
          .optional(),
      })
      .meta({ description: "The new connection, with a personal access token." }),
    from: z.array(like(patterns.connectionId)).min(1).meta({ description: "Ids (oc-…) of the old connections." }),
    select: z
      .strictObject({
        ...conditions,
        exclude: z.array(MatcherFile).meta({ description: "What to leave out of these." }).optional(),
      })
      .meta({ description: "What to move. Default: everything on the old connections." })
      .optional(),
    managedElsewhere: z
      .array(MatcherFile)
      .meta({
        description: "Resources that another Terraform configuration manages: never adopted, listed for their owners.",
      })
      .optional(),
    waves: z
      .array(WaveFile)
      .meta({ description: "Named batches, in order. Default: one wave with everything." })
      .optional(),
    through: text.meta({ description: "The last wave to move. Default: all of them." }).optional(),
    direction: z
      .enum(["forward", "back"])
      .meta({ description: "back: everything that through does not cover moves back to its baseline." })
      .optional(),
    forget: z
      .union([z.enum(["none", "done"]), list("Names of waves.", ["canary"])], {
        error: "none, done, or a list of waves",
      })
      .meta({
        description: "What Terraform forgets: none (default), every wave that is done, or the listed waves.",
      })
      .optional(),
    backend: z
      .strictObject({
        local: settings.optional(),
        http: settings.optional(),
        s3: settings.optional(),
        gcs: settings.optional(),
        azurerm: settings.optional(),
        remote: settings.optional(),
        cloud: settings.optional(),
      })
      .meta({
        description: `The Terraform backend: one of ${backendTypes.join(", ")}. Default: local.`,
        minProperties: 1,
        maxProperties: 1,
        examples: [{ s3: { bucket: "acme-terraform", key: "repoint/acme.tfstate", region: "eu-central-1" } }],
      })
      .optional(),
    terraform: z
      .strictObject({
        provider: like(patterns.versionConstraint)
          .meta({
            description: `Version constraint for hashicorp/tfe. Default: ${PROVIDER_CONSTRAINT}.`,
            examples: [PROVIDER_CONSTRAINT],
          })
          .optional(),
      })
      .optional(),
    allowAutoDestroyReset: z
      .boolean()
      .meta({
        description:
          "Re-point workspaces with their own auto-destroy duration even without the guard, although the provider resets it. Default: false.",
      })
      .optional(),
    limits: z
      .strictObject({
        maxChanges: z
          .int()
          .min(0)
          .meta({ description: "The maximum number of resources that one plan may change." })
          .optional(),
      })
      .optional(),
  })
  .meta({
    title: "Repoint organization file",
    description: "What to move, from which connection to which, in which order.",
  });
export type OrganizationFile = z.infer<typeof OrganizationFile>;
