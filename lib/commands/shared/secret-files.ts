import { relative } from "node:path";
import { closeFile, describeOpenFile, type OpenFile, openFiles } from "../../files/secret-files";
import type { Context } from "./context";

/** The files of the organization that hold its token and that others may read. */
export function openFilesOf(context: Context): readonly OpenFile[] {
  return openFiles(placeOf(context));
}

/** Takes a local state from everybody but its owner before Terraform runs on it, and says so; says which plan files lie open. */
export function closeSecretFiles(context: Context): void {
  const place = placeOf(context);
  for (const open of openFiles(place)) {
    if (open.kind === "plan" || !closeFile(place, open)) context.say(`WARNING  ${describeOpenFile(open)}`);
    else {
      context.say(
        `WARNING  ${open.file} was readable by others (0${open.mode.toString(8)}), and a state may contain the personal access token. Only you can read it now (0600); if others use this machine, replace the token.`,
      );
    }
  }
}

function placeOf({ paths, organization, io }: Context) {
  const [stack, run] = [relative(paths.root, paths.stack), relative(paths.root, paths.run)];
  return { root: paths.root, stack, run, organization, env: io.env };
}
