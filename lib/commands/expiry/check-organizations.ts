import { resolve } from "node:path";
import type { Io } from "../../cli/io";
import { ExternalError, UsageError } from "../../errors";
import { checkToken, type TokenCheck } from "../../gitlab/check-token";
import { loadInventory } from "../../inventory/inventory-file";
import type { PatReading } from "../../inventory/schema";
import { organizationKey } from "../../organization/key";
import { readAll } from "../../organization/read-all";
import { identity } from "../../organization/together";
import { atATime } from "../../util/at-a-time";
import { type Context, openContext } from "../shared/context";
import { connectionToken, refuseMalformedTokens, withGitlab } from "../shared/gitlab-tokens";
import type { AskedPat, PatFacts } from "./entry";

const AT_A_TIME = 4;

/** Every organization file of the project, by its name, also those that cannot be read. @throws UsageError when there is no folder */
export function allNames(root: string): readonly string[] {
  return readAll(root).map(({ file }) => organizationKey({ file }));
}

/** Asks GitLab about the PAT of each organization, with that PAT alone. What fails for one stops none of the others. */
export async function checkOrganizations(
  io: Io,
  names: readonly string[],
  root: string | undefined,
): Promise<readonly PatFacts[]> {
  const opened = names.map((name) => open(io, name, root));
  const shared = sharedVariables(opened);
  // Organizations that use one token of one GitLab are asked about once.
  const answers = new Map<string, Promise<AskedPat>>();
  const facts = new Map<Opened, PatFacts>();
  await atATime(opened, AT_A_TIME, async (one) => {
    facts.set(one, await factsOf(one, shared, answers));
    return undefined;
  });
  return opened.flatMap((one) => facts.get(one) ?? []);
}

type Opened =
  | { readonly type: "open"; readonly name: string; readonly context: Context; readonly recorded: PatReading | null }
  | { readonly type: "wrong"; readonly name: string; readonly facts: PatFacts };

function open(io: Io, name: string, root: string | undefined): Opened {
  try {
    const context = openContext(io, name, root === undefined ? {} : { root });
    const { organization, paths } = context;
    const key = paths.key;
    const reading = loadInventory(paths.root, key)?.pat ?? null;
    // What another GitLab said is of another token.
    const recorded = reading?.apiUrl === organization.gitlab.apiUrl ? reading : null;
    return { type: "open", name: key, context, recorded };
  } catch (error) {
    const asked = failed(error, name);
    const { hostname, organization } = saidOf(resolve(io.cwd, root ?? "."), name);
    return { type: "wrong", name, facts: { name, hostname, organization, variable: null, asked, recorded: null } };
  }
}

/** What a file that is wrong says that it is for. */
function saidOf(
  root: string,
  name: string,
): { readonly hostname: string | null; readonly organization: string | null } {
  const file = readAll(root).find((one) => organizationKey(one) === name);
  const said = file === undefined ? undefined : identity(file.parsed);
  return { hostname: said?.hostname ?? null, organization: said?.organization ?? null };
}

/**
 * Variables whose token would go to several GitLabs: it is for one of them at most, and the others must not see it.
 *
 * @returns the addresses, by the variable
 */
function sharedVariables(opened: readonly Opened[]): ReadonlyMap<string, readonly string[]> {
  const addresses = new Map<string, Set<string>>();
  for (const one of opened) {
    const token = one.type === "open" ? connectionToken(one.context) : undefined;
    if (one.type !== "open" || token === undefined) continue;
    const { apiUrl } = one.context.organization.gitlab;
    addresses.set(token.variable, (addresses.get(token.variable) ?? new Set()).add(apiUrl));
  }
  return new Map([...addresses].flatMap(([variable, urls]) => (urls.size > 1 ? [[variable, [...urls].sort()]] : [])));
}

async function factsOf(
  one: Opened,
  shared: ReadonlyMap<string, readonly string[]>,
  answers: Map<string, Promise<AskedPat>>,
): Promise<PatFacts> {
  if (one.type === "wrong") return one.facts;
  const { name, context, recorded } = one;
  const { hostname, organization, connection, gitlab, file } = context.organization;
  const variable = `TF_VAR_${connection.tokenVariable}`;
  const facts = { name, hostname, organization, variable, recorded };
  const token = connectionToken(context);
  if (token === undefined) return { ...facts, asked: undefined };
  const addresses = shared.get(variable);
  if (addresses !== undefined) {
    const reason = `GitLab was not asked: ${variable} is the variable of organizations on ${addresses.join(" and ")}, and its token is for one of them`;
    const todo = `set connection.tokenVariable in ${file} to a variable of its own`;
    return { ...facts, asked: { type: "not-asked", reason, todo, code: 2 } };
  }
  const key = `${variable} ${gitlab.apiUrl}`;
  const answer = answers.get(key) ?? ask(context, name);
  answers.set(key, answer);
  return { ...facts, asked: await answer };
}

async function ask(context: Context, name: string): Promise<AskedPat> {
  const token = connectionToken(context);
  try {
    refuseMalformedTokens(context);
    if (token === undefined) throw new Error("a token was there before");
    const check = await withGitlab(context, token, checkToken);
    return notAnswered(check, name) ?? { type: "answered", check };
  } catch (error) {
    return failed(error, name);
  }
}

/** An answer that is none of GitLab's API: nobody knows anything of the token. */
function notAnswered(check: TokenCheck, name: string): AskedPat | undefined {
  if (check.type !== "unknown" || check.taken) return undefined;
  return { type: "not-asked", reason: check.reason, todo: `repoint expiry ${name}, when GitLab answers`, code: 3 };
}

/** @throws what is neither a user's nor a server's fault */
function failed(error: unknown, name: string): Extract<AskedPat, { type: "not-asked" }> {
  if (error instanceof UsageError) {
    const [first, ...more] = error.problems;
    const where = [first?.file, first?.path].filter((part) => part !== undefined && part !== "").join(": ");
    const others = more.length > 0 ? `, and ${more.length} more` : "";
    const reason = `${where === "" ? "" : `${where}: `}${first?.message ?? error.message}${others}`;
    return { type: "not-asked", reason, todo: first?.fix ?? `repoint status ${name} says what is wrong`, code: 2 };
  }
  if (error instanceof ExternalError) {
    const todo = error.fix ?? `repoint expiry ${name}, when GitLab answers`;
    return { type: "not-asked", reason: error.message, todo, code: 3 };
  }
  throw error;
}
