import { count } from "../../cli/table";
import { ExternalError } from "../../errors";
import { listTokens } from "../../tfe/api";
import type { TfeClient } from "../../tfe/client";
import type { Resource } from "../../tfe/resource";
import type { Context } from "../shared/context";
import { withTfe } from "../shared/refresh-inventory";
import { pageOf, readConnection } from "./connection";
import { askHealth, authorizationOf, type Health, lastVcsError } from "./health";
import type { RestoreOptions } from "./options";
import type { Survey } from "./survey";
import { type Person, personAt } from "./typed";

/** How reauthorizing ended. */
export type Reauthorized = "authorized" | "worked-already" | "revoke" | "stopped";

/**
 * Has a person use TFE's own "Reauthorize" and waits until the connection works again: by what TFE shows where it shows anything, else
 * by the person's word. Nothing is written.
 *
 * @throws ExternalError when nothing was seen in time, or the connection is known not to work although it was said to be authorized.
 */
export function reauthorize(context: Context, { connection }: Survey, options: RestoreOptions): Promise<Reauthorized> {
  return withTfe(context, async (client) => {
    const watched = { context, client, id: connection.id, tokenId: connection.tokens[0]?.id };
    const health = await askHealth(client, watched.tokenId);
    if (options.authorized === true) return takeWord(watched, health);
    reportHealth(context, health);
    if (health.type === "works") return "worked-already";
    if (context.io.stdout.isTTY !== true) reportWait(context, options.wait);
    const error = await lastVcsError(client, context.organization.organization, connection.id);
    if (error !== undefined) context.say(`Its last VCS event in TFE, at ${error.at}: ${error.message}`);
    const before = await authorizationNow(watched);
    const page = await readConnection(context, client, connection.id);
    reportPage(context, client, page);
    const person = personAt(context.io);
    try {
      return await waitFor(watched, before, person, options);
    } finally {
      person?.close();
    }
  });
}

interface Watched {
  readonly context: Context;
  readonly client: TfeClient;
  readonly id: string;
  readonly tokenId: string | undefined;
}

const QUESTION = 'Type "done" once you have authorized it, or "revoke" if TFE will not: ';

async function waitFor(
  watched: Watched,
  before: string,
  person: Person | undefined,
  { wait, poll }: RestoreOptions,
): Promise<Reauthorized> {
  const { context, client } = watched;
  const { say, journal, paths } = context;
  const until = Date.now() + wait * 60_000;
  person?.ask(QUESTION);
  const authorized = (evidence: string, words: string): Reauthorized => {
    if (person !== undefined) say("");
    say(words);
    journal("restore.reauthorized", { connectionId: watched.id, evidence });
    return "authorized";
  };
  for (;;) {
    const health = await askHealth(client, watched.tokenId);
    if (health.type === "works") return authorized("repositories", readsAgain(health.repositories));
    if ((await authorizationNow(watched)) !== before) {
      return authorized("token", "TFE shows a new authorization of it.");
    }
    const said = person?.said();
    if (said === "revoke") return "revoke";
    if (said === "done" && health.type === "unknown") {
      return authorized("word", TAKEN_AT_WORD);
    }
    if (said === "done" && health.type === "broken") {
      say(`TFE still cannot use it: ${health.reason}`);
    }
    if (said !== undefined) person?.ask(QUESTION);
    if (person?.left === true) {
      say("", `Stopped. Nothing was changed by Repoint. Run repoint restore ${paths.key} again to go on.`);
      return "stopped";
    }
    const left = until - Date.now();
    if (left <= 0) {
      throw new ExternalError("TFE has shown no sign that the connection was authorized again", {
        fix: `nothing was changed. If you have authorized it: repoint restore ${paths.key} --authorized; if TFE will not: repoint restore ${paths.key} --revoke`,
      });
    }
    const milliseconds = Math.min(poll * 1000, left);
    await (person?.wait(milliseconds) ?? new Promise((resolve) => setTimeout(resolve, milliseconds)));
  }
}

function takeWord({ context, id }: Watched, health: Health): Reauthorized {
  const { say, journal, paths } = context;
  if (health.type === "broken") {
    throw new ExternalError(`TFE still cannot use the connection: ${health.reason}`, {
      fix: `repoint restore ${paths.key} shows the page to authorize it; --revoke is for when that fails`,
    });
  }
  say(health.type === "works" ? readsAgain(health.repositories) : TAKEN_AT_WORD);
  journal("restore.reauthorized", { connectionId: id, evidence: health.type === "works" ? "repositories" : "word" });
  return "authorized";
}

const TAKEN_AT_WORD =
  "NOT PROVEN: you say that it is authorized, but this TFE shows no sign that could confirm it. Start a run in one of its workspaces to check.";

const readsAgain = (repositories: number) =>
  `TFE reads ${count(repositories, "repository", "repositories")} through it: it works.`;

function reportHealth({ say, paths }: Context, health: Health): void {
  if (health.type === "broken") say(`TFE cannot use it: ${health.reason}`);
  if (health.type === "works")
    say(
      `${readsAgain(health.repositories)} There is nothing to authorize. If runs still fail: repoint restore ${paths.key} --revoke.`,
    );
  if (health.type === "unknown") say("This TFE does not show whether it works.");
}

/** Nobody can be asked: what comes is said first. */
function reportWait({ say, paths }: Context, minutes: number): void {
  say(
    `Waiting for up to ${count(minutes, "minute")} until it is authorized (--wait MINUTES changes that). If it is authorized already, stop this and run: repoint restore ${paths.key} --authorized`,
  );
}

async function authorizationNow({ context, client, id }: Watched): Promise<string> {
  const tokens = await listTokens(client, id);
  return authorizationOf(await readConnection(context, client, id), tokens?.data ?? []);
}

function reportPage(context: Context, client: TfeClient, connection: Resource): void {
  const { say } = context;
  say("");
  say('First try TFE\'s own "Reauthorize" (Settings, VCS Providers), which keeps every link.');
  for (const line of pageOf(context, client, connection)) say(line);
  say("in a browser, as the GitLab user that Terraform shall act as, and authorize.");
  say("TFE does not offer it for a connection that the tfe provider manages. Then, or if it fails: --revoke.");
  say("");
}
