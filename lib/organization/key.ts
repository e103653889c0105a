import { basename } from "node:path";
import type { Organization } from "./organization";

/** What an organization's stack and files are called: its organization file's name without `.yaml`. */
export function organizationKey({ file }: Pick<Organization, "file">): string {
  return basename(file).replace(/\.ya?ml$/, "");
}
