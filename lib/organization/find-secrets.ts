import type { Document } from "yaml";
import { secretsIn } from "../util/secret";
import type { PlacedFinding } from "./finding";
import { pathAt } from "./place";

/** Each is looked for in the whole document. */
const MOST = 100;

/** Every secret anywhere in an organization file's text, in keys, comments and broken YAML too: the file is meant to be committed. */
export function findSecrets(text: string, document: Document | undefined): readonly PlacedFinding[] {
  return secretsIn(text)
    .slice(0, MOST)
    .map(({ what, offset }) => ({
      rule: "no-secrets",
      path: document === undefined ? [] : pathAt(document, offset),
      message: `the organization file contains ${what}`,
      fix: "remove it, revoke it if the file was shared, and set it in the environment (TF_VAR_gitlab_pat, TFE_TOKEN)",
      offset,
    }));
}
