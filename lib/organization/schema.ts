import { z } from "zod";
import { attachmentKinds } from "../migration/inventory-schema";
import { backendTypes, serviceProviders } from "./organization";

/** The wish file's format. A newer one is refused by name. */
export const WISH_VERSION = 1;

const text = z.string().min(1);
const list = (description: string) => z.array(text).min(1).meta({ description });

const conditions = {
  kinds: z.array(z.enum(attachmentKinds)).min(1).meta({ description: "Kinds of attachment." }).optional(),
  projects: list("Project names (globs) or ids (prj-…).").optional(),
  tags: list("Workspace tags: a name, or key=value; globs; any one suffices.").optional(),
  names: list("Globs on the attachment's name; any one suffices.").optional(),
  ids: list("Attachment ids, such as ws-….").optional(),
  sourceNames: list("Globs on a workspace's source-name: what created it.").optional(),
};

export const MatcherFile = z
  .strictObject(conditions)
  .meta({ description: "Attachments that fit every condition given." });

export const WaveFile = z.strictObject({
  name: text.meta({ description: "What the wave is called; letters, digits, - and _.", examples: ["canary"] }),
  ...conditions,
  percent: z
    .number()
    .meta({ description: "Of what the other conditions leave, this share in percent; stable from run to run." })
    .optional(),
});

const settings = z.record(z.string(), z.unknown());

export const WishFile = z
  .strictObject({
    version: z.literal(WISH_VERSION).meta({ description: "The format of this file." }),
    hostname: text.meta({
      description: "The host of Terraform Enterprise or HCP Terraform.",
      examples: ["app.terraform.io", "tfe.example.com"],
    }),
    organization: text.meta({ description: "The organization's name." }),
    gitlab: z
      .strictObject({
        url: text.meta({ description: "GitLab's address.", examples: ["https://gitlab.com"] }),
        apiUrl: text.meta({ description: "GitLab's API; url/api/v4 unless given." }).optional(),
        serviceProvider: z.enum(serviceProviders).meta({ description: "What TFE calls this kind of GitLab." }),
      })
      .meta({ description: "The GitLab that the new connection leads to." }),
    connection: z
      .strictObject({
        name: text.meta({ description: "The new connection's name in TFE. It cannot be changed later." }).optional(),
        scope: z
          .union([
            z.literal("organization"),
            z.strictObject({ projects: list("The projects that may use the connection, by name or id.") }),
          ])
          .meta({ description: "Who may use it: the whole organization (default), or projects." })
          .optional(),
        agentPool: text
          .meta({ description: "Id (apool-…) of the agent pool that reaches a private GitLab." })
          .optional(),
        existing: text
          .meta({ description: "Id (oc-…) of a connection made elsewhere; then the PAT is in no Terraform state." })
          .optional(),
        tokenVariable: text
          .meta({
            description: "The Terraform variable that holds the PAT; set it as TF_VAR_<name>. Default: gitlab_pat.",
          })
          .optional(),
      })
      .meta({ description: "The new connection, with a personal access token." }),
    from: z.array(text).min(1).meta({ description: "Ids (oc-…) of the old connections." }),
    select: z
      .strictObject({
        ...conditions,
        exclude: z.array(MatcherFile).meta({ description: "What is left out all the same." }).optional(),
      })
      .meta({ description: "What is moved. Default: all that the old connections hold." })
      .optional(),
    elsewhere: z
      .array(MatcherFile)
      .meta({ description: "What another Terraform configuration manages: never adopted, listed for its owners." })
      .optional(),
    waves: z.array(WaveFile).meta({ description: "The order: named batches. Default: one wave, all." }).optional(),
    through: text.meta({ description: "The last wave to move. Default: all of them." }).optional(),
    direction: z
      .enum(["forward", "back"])
      .meta({ description: "back: what through does not cover goes back to where its baseline says." })
      .optional(),
    release: z
      .union([z.enum(["none", "done"]), list("Names of waves.")])
      .meta({
        description: "What Terraform is to forget: none (default), every wave that is done, or the waves named.",
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
      .meta({ description: `The Terraform backend: one of ${backendTypes.join(", ")}. Default: local.` })
      .optional(),
    terraform: z
      .strictObject({
        provider: text
          .meta({ description: "Version constraint on hashicorp/tfe. Default: ~> 0.80.0.", examples: ["~> 0.80.0"] })
          .optional(),
      })
      .optional(),
    limits: z
      .strictObject({
        maxChanges: z.int().min(0).meta({ description: "The most attachments that one plan may change." }).optional(),
      })
      .optional(),
  })
  .meta({
    title: "Repoint: an organization's wish",
    description: "What is to be moved, from which connection to which, in which order.",
  });
export type WishFile = z.infer<typeof WishFile>;
