import type { Io } from "../../cli/io";
import { ExternalError, UsageError } from "../../errors";
import { checkToken, type TokenCheck } from "../../gitlab/check-token";
import { loadInventory } from "../../inventory/inventory-file";
import type { PatReading } from "../../inventory/schema";
import { organizationKey } from "../../organization/key";
import { organizationIn } from "../../organization/load";
import { readAll } from "../../organization/read-all";
import { identity, type LoadedOrganizationFile } from "../../organization/together";
import { atATime } from "../../util/at-a-time";
import { type Context, contextOf } from "../shared/context";
import { connectionToken, refuseMalformedTokens, withGitlab } from "../shared/gitlab-tokens";
import type { AskedPat, PatFacts } from "./entry";

const AT_A_TIME = 4;

/**
 * Asks GitLab about the PAT of each organization, with that PAT alone. What fails for one stops none of the others.
 *
 * @param given organizations, by their files; undefined for every organization file
 * @throws UsageError when there is no folder of organization files
 */
export async function checkOrganizations(
  io: Io,
  given: readonly string[] | undefined,
  root: string,
): Promise<readonly PatFacts[]> {
  const loaded = readAll(root);
  const names = given ?? loaded.map(organizationKey);
  const byName = new Map(names.map((name) => open(io, root, loaded, name)).map((one) => [one.name, one]));
  const opened = [...byName.values()];
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

function open(io: Io, root: string, loaded: readonly LoadedOrganizationFile[], name: string): Opened {
  try {
    const context = contextOf(io, root, organizationIn(loaded, name));
    return { type: "open", name: context.paths.key, context, recorded: recordedOf(context) };
  } catch (error) {
    const asked = failed(error, name);
    const file = loaded.find((one) => organizationKey(one) === name);
    const { hostname = null, organization = null } = file === undefined ? {} : identity(file.parsed);
    return { type: "wrong", name, facts: { name, hostname, organization, variable: null, asked, recorded: null } };
  }
}

/** @throws UsageError for an inventory that cannot be read, where there is nothing else to go by */
function recordedOf(context: Context): PatReading | null {
  const { organization, paths } = context;
  try {
    const reading = loadInventory(paths.root, paths.key)?.pat ?? null;
    // What another GitLab said is of another token.
    return reading?.apiUrl === organization.gitlab.apiUrl ? reading : null;
  } catch (error) {
    if (error instanceof UsageError && connectionToken(context) !== undefined) return null;
    throw error;
  }
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
