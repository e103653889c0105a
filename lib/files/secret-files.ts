import { chmodSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Organization } from "../organization/organization";
import { localStatePath } from "../organization/state-place";
import { errorCode } from "../util/error-code";

/** A file with secrets in it that others than its owner may read. */
export interface OpenFile {
  /** Relative to the project. */
  readonly file: string;
  /** Its permission bits. */
  readonly mode: number;
  /** `state`: Terraform's own, which it keeps. `plan`: left behind, and of no use once it was applied. */
  readonly kind: "state" | "plan";
}

/** Where an organization's files are. */
interface Place {
  readonly root: string;
  /** The stack's folder relative to the project, in which Terraform runs. */
  readonly stack: string;
  /** The folder relative to the project, in which Terraform runs with a served state. */
  readonly run: string;
  readonly organization: Organization;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The files of an organization that hold the personal access token in clear and that others may read: a local state and its backup,
 * what Terraform writes when it cannot save a state, and the plan files that `cdktf` (`plan`) and users leave in the stack's folder.
 * None on Windows, whose files have no such bits.
 */
export function openFiles(place: Place): readonly OpenFile[] {
  if (process.platform === "win32") return [];
  const candidates = [
    ...stateFiles(place).map((file) => ({ file, kind: "state" as const })),
    ...planFiles(place).map((file) => ({ file, kind: "plan" as const })),
  ];
  return candidates.flatMap(({ file, kind }) => {
    const found = statSync(join(place.root, file), { throwIfNoEntry: false });
    if (found?.isFile() !== true || (found.mode & 0o077) === 0) return [];
    return [{ file, kind, mode: found.mode & 0o777 }];
  });
}

/** Takes a file from everybody but its owner. @returns whether that was allowed */
export function closeFile({ root }: Pick<Place, "root">, { file, mode }: OpenFile): boolean {
  try {
    chmodSync(join(root, file), mode & 0o700);
    return true;
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return false;
  }
}

function stateFiles({ stack, run, organization, env }: Place): readonly string[] {
  const { type, settings } = organization.backend;
  // Terraform writes these wherever the state belongs, when it cannot be saved there.
  const errored = [stack, run].map((folder) => join(folder, "errored.tfstate"));
  if (type !== "local") return errored;
  const workspace = env.TF_WORKSPACE ?? "";
  const { workspace_dir: folder } = settings;
  const state =
    workspace === "" || workspace === "default"
      ? localStatePath(organization)
      : join(stack, typeof folder === "string" ? folder : "terraform.tfstate.d", workspace, "terraform.tfstate");
  return [state, `${state}.backup`, ...errored];
}

/** `plan` is the name that cdktf gives its plans (cdktf-cli, `TerraformCli.deploy`). */
function planFiles({ root, stack }: Place): readonly string[] {
  try {
    return readdirSync(join(root, stack))
      .filter((name) => name === "plan" || name.endsWith(".tfplan"))
      .map((name) => join(stack, name));
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return [];
  }
}

/** What to tell of such a file, as it stands. */
export function describeOpenFile({ file, mode, kind }: OpenFile): string {
  const bits = `0${mode.toString(8)}`;
  const remedy =
    kind === "state" ? `chmod 600 ${file}` : `delete it (rm ${file}), or chmod 600 ${file} while you still need it`;
  return `${file} can be read by others (${bits}), and a ${kind} may contain the personal access token: ${remedy}`;
}
