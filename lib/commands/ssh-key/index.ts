import { resolve } from "node:path";
import { Command } from "commander";
import type { Io } from "../../cli/io";
import { UsageError } from "../../errors";
import { readBytes } from "../../files/read-file";
import { compareConnections } from "../../migration/compare-connections";
import { rolesOf } from "../../migration/roles";
import { setSshKey } from "../../tfe/api";
import { readPrivateKey } from "../../util/private-key";
import { masked } from "../../util/secret";
import { openContext, type ProjectOptions, ROOT_OPTION, withLock } from "../shared/context";
import { refreshInventory, withTfe } from "../shared/refresh-inventory";
import { checkPrivateKey } from "./check-private-key";

/** `repoint ssh-key ORG --file FILE`: gives the new connection the SSH key that submodules need. */
export function sshKeyCommand(io: Io): Command {
  return new Command("ssh-key")
    .description("give the new connection an SSH key (submodules); TFE never shows the old one's")
    .argument("<org>", "the organization, by its file in organizations/")
    .requiredOption("--file <file>", "the private key, in PEM or OpenSSH form, without a passphrase")
    .option(...ROOT_OPTION)
    .action(async (name: string, options: ProjectOptions & { file: string }) => {
      const context = openContext(io, name, options);
      const key = readKey(io, options.file);
      for (const note of key.notes) context.say(note);
      await withLock(context, `repoint ssh-key ${name}`, async () => {
        const { inventory } = await refreshInventory(context);
        // A private key goes to no connection that leads elsewhere.
        const roles = rolesOf(context.organization, inventory);
        const { errors } = compareConnections({ organization: context.organization, inventory, roles });
        if (errors.length > 0) throw new UsageError(errors);
        const [token] = roles.newConnections.flatMap(({ tokens }) => tokens);
        if (token === undefined) {
          throw new UsageError({
            rule: "ssh-key/no-connection",
            message: "the new connection does not exist yet, or has no token",
            fix: `create it alone: set through: connection; then repoint plan ${context.paths.key}, repoint apply ${context.paths.key}, and this again`,
          });
        }
        await withTfe(context, (client) => setSshKey(client, token.id, key.text));
        context.journal("ssh-key.set", { tokenId: token.id });
        await refreshInventory(context);
        context.say(`${token.id} has an SSH key now. Next: repoint plan ${context.paths.key}`);
      });
    });
}

/** The longest keys that ssh-keygen makes have some 13 KiB. */
const LARGEST = 2 ** 20;

interface Key {
  readonly text: string;
  /** What to tell of it. */
  readonly notes: readonly string[];
}

/** Reads a private key and has it checked. @throws UsageError when ssh could not use it: TFE takes whatever it is given */
function readKey(io: Io, name: string): Key {
  const problem = (rule: string, message: string, fix: string) => new UsageError({ rule, file: name, message, fix });
  const fix = "give the file of a private key";
  const bytes = readBytes(resolve(io.cwd, name), { rule: "ssh-key/file", shown: name, limit: LARGEST, fix });
  if (bytes === undefined) throw problem("ssh-key/file", "there is no such file", fix);
  const key = readPrivateKey(bytes);
  if (key.type === "refused") throw problem(key.rule, key.message, key.fix);
  const checked = checkPrivateKey(key.text, io.env);
  if (checked.type === "unreadable") {
    const message = `ssh cannot read the key: ${masked(checked.said)}`;
    throw problem("ssh-key/damaged", message, "copy the whole file again, or create a separate key for this");
  }
  return {
    text: key.text,
    notes: [
      ...(key.mended.length > 0
        ? [`Corrected in the sent copy, the file stays as it is: ${key.mended.join(", ")}.`]
        : []),
      ...(checked.fingerprint === undefined ? [] : [`The key is ${checked.fingerprint}.`]),
    ],
  };
}
