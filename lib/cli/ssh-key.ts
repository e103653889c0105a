import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import { UsageError } from "../errors";
import { checkConnections } from "../migration/check-connections";
import { newConnections } from "../migration/connection";
import { isMissing } from "../util/error-code";
import type { Io } from "./io";
import { openContext, type ProjectOptions, ROOT_OPTION, withLock } from "./steps/context";
import { refreshInventory, withTfe } from "./steps/refresh";

/** `repoint ssh-key ORG --file FILE`: gives the new connection the SSH key that submodules need. */
export function sshKeyCommand(io: Io): Command {
  return new Command("ssh-key")
    .description("give the new connection an SSH key (submodules); TFE never shows the old one's")
    .argument("<org>", "the organization, by its file in organizations/")
    .requiredOption("--file <file>", "the private key, in PEM or OpenSSH form, without a passphrase")
    .option(...ROOT_OPTION)
    .action(async (name: string, options: ProjectOptions & { file: string }) => {
      const context = openContext(io, name, options);
      const key = readKey(resolve(io.cwd, options.file), options.file);
      await withLock(context, `repoint ssh-key ${name}`, async () => {
        const { inventory } = await refreshInventory(context);
        // A private key goes to no connection that leads elsewhere.
        const { errors } = checkConnections(context.organization, inventory);
        if (errors.length > 0) throw new UsageError(errors);
        const token = newConnections(context.organization, inventory).flatMap(({ tokens }) => tokens)[0];
        if (token === undefined) {
          throw new UsageError({
            rule: "ssh-key/no-connection",
            message: "the new connection does not exist yet, or holds no token",
            fix: `make it with a first wave that takes nothing: waves: [{ name: connection, percent: 0 }, …], through: connection; then repoint plan ${context.paths.key}, repoint apply ${context.paths.key}, and this again`,
          });
        }
        await withTfe(context, (client) =>
          client.expect("PATCH", `oauth-tokens/${token.id}`, {
            body: { data: { type: "oauth-tokens", id: token.id, attributes: { "ssh-key": key } } },
          }),
        );
        context.journal("ssh-key.set", { tokenId: token.id });
        await refreshInventory(context);
        context.say(`${token.id} has an SSH key now. Next: repoint plan ${context.paths.key}`);
      });
    });
}

function readKey(file: string, shown: string): string {
  const problem = (message: string) =>
    new UsageError({ rule: "ssh-key/file", file: shown, message, fix: "name the file of a private key" });
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw problem(isMissing(error) ? "there is no such file" : "the file cannot be read");
  }
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) throw problem("this is no private key");
  if (hasPassphrase(text)) {
    throw new UsageError({
      rule: "ssh-key/passphrase",
      file: shown,
      message: "the key has a passphrase, which TFE cannot ask for",
      fix: "make a copy without one (ssh-keygen -p on the copy), or a key of its own for this",
    });
  }
  return text;
}

/** PEM says so in words; OpenSSH's own format names the cipher after its magic, "none" for a key in clear (PROTOCOL.key). */
function hasPassphrase(text: string): boolean {
  if (text.includes("ENCRYPTED")) return true;
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(text)?.[1];
  if (body === undefined) return false;
  const bytes = Buffer.from(body, "base64");
  const magic = "openssh-key-v1\0";
  if (bytes.toString("latin1", 0, magic.length) !== magic) return false;
  const length = bytes.length < magic.length + 4 ? 0 : bytes.readUInt32BE(magic.length);
  return bytes.toString("latin1", magic.length + 4, magic.length + 4 + length) !== "none";
}
