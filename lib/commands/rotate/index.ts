import { Command } from "commander";
import type { Io } from "../../cli/io";
import { secretsOf } from "../../cli/secrets";
import { ExternalError, UsageError } from "../../errors";
import type { ConnectionRecord, Inventory } from "../../inventory/schema";
import { describeConnection, hasApplicationKey } from "../../migration/describe-connection";
import type { Migration } from "../../migration/migration";
import { masked } from "../../util/secret";
import { withdrawPlan } from "../plan/make-plan-file";
import { readForPlan } from "../plan/run-plan";
import { confirm } from "../shared/confirm";
import { type Context, openContext, refuseDuringRestoration, sayToCommit, withLock } from "../shared/context";
import { recordPat } from "../shared/pat-life";
import { inventoryOf } from "../shared/review-expectation";
import { lastRotation, PUT, STARTED } from "../shared/rotations";
import { bare } from "./bare";
import { type Checked, checkNewToken, stillGood } from "./check-new-token";
import { addRotateOptions, type RotateOptions, requireSense } from "./options";
import { type Proof, prove } from "./prove";
import { planReplacement, putIn, type RotationPlan } from "./put-in";
import { othersWithOld, revokeOld, standingOf } from "./revoke-old";
import { ownVariable, type RotationTokens, readTokens, withToken } from "./tokens";

/** `repoint rotate ORG`: replaces the connection's personal access token in place, and never leaves TFE without one that works. */
export function rotateCommand(io: Io): Command {
  const command = new Command("rotate")
    .description("replace the connection's PAT: check the new one, put it in, prove it, revoke the old one")
    .argument("<org>", "the organization, by its file in organizations/");
  return addRotateOptions(command)
    .addHelpText(
      "after",
      "\nExit code: 0 done, 1 a check found something or you declined, 2 wrong input, 3 a server or tool failed.\nRun it again after any of these, or after it was killed: it goes on.",
    )
    .action(async (name: string, options: RotateOptions) => {
      requireSense(options);
      const outer = openContext(io, name, options);
      refuseDuringRestoration(outer);
      const tokens = await readTokens(outer, options);
      const context = withToken(outer, tokens);
      await withLock(context, `repoint rotate ${name}`, async () => {
        io.exitCode = await rotate(context, tokens, options);
      });
    });
}

async function rotate(context: Context, tokens: RotationTokens, options: RotateOptions): Promise<0 | 1> {
  const { say, journal } = context;
  const refreshed = await readForPlan(context, "connection");
  const connection = theConnection(context, refreshed.migration);
  const name = describeConnection(connection);

  heading(context, 1, "Check the new token");
  const checked = await checkNewToken(context, refreshed, tokens, options);
  if (checked.type !== "good") return notGood(context, checked);

  heading(context, 2, "Put it into the connection");
  const plan = await planReplacement(context, refreshed);
  if (plan.type === "refused") {
    say(`Not rotated: ${plan.reason}. TFE and GitLab are as they were.`, `What to do: ${plan.todo}.`);
    return 1;
  }
  const knownTokenId = knownBefore(context, refreshed.inventory, checked.id);
  const ids = {
    connectionId: connection.id,
    newTokenId: checked.id ?? null,
    oldTokenId: idOf(checked.old),
    knownTokenId,
  };
  let still: Awaited<ReturnType<typeof stillGood>>;
  let isIn = false;
  try {
    say("", howItGoesIn(plan, name));
    if (!(await confirm(context.io, "Put the new token in now?", "rotate", options.yes === true))) {
      say("Nothing was changed: TFE and GitLab are as they were.");
      return 1;
    }
    still = await stillGood(context, tokens.fresh);
    if (still.type !== "good") {
      if (still.type === "not-asked") throw notAsked(context, still.reason);
      say(`Not rotated: the new token does not work any more: ${bare(still.reason)}. TFE and GitLab are as they were.`);
      say(`What to do: create another, and run repoint rotate ${context.paths.key} with it.`);
      return 1;
    }
    journal(STARTED, { ...ids, way: plan.type });
    const trouble = await putIn(context, plan, connection, tokens);
    if (trouble !== undefined) {
      say(`The rotation stopped: ${trouble}.`, `Both tokens are as they were in GitLab. Next: ${again(context)}`);
      return 1;
    }
    isIn = true;
  } finally {
    // Nobody but this run may apply it.
    if (plan.type === "replace" && !isIn) withdrawPlan(context);
  }
  journal(PUT, ids);
  recordPat(context, inventoryOf(context), still.check, new Date());
  say(`${name} has the new token.`);

  heading(context, 3, "Prove that TFE uses it");
  const old = checked.old?.check.type === "usable" ? checked.old.given : undefined;
  const proof = await prove(context, {
    connection,
    newId: checked.id,
    lastUsedAt: still.lastUsedAt,
    old,
    wait: waitsForProof(context, options) ? options.wait : 0,
    poll: options.poll,
  });
  journal("rotate.asked", { ...ids, proof: proof.type });
  tellProof(context, proof, tokens);
  if (proof.type === "broken") return 1;

  heading(context, 4, "Revoke the old token");
  const code = await finish(context, tokens, { newId: checked.id, knownTokenId }, proof, options);
  tellNext(context, plan);
  return code;
}

/** Only where a proof decides whether the old token is revoked. */
function waitsForProof({ io }: Context, { revokeOld: wanted, revokeUnproven, yes }: RotateOptions): boolean {
  return revokeUnproven === undefined && (wanted === true || (io.stdout.isTTY === true && yes !== true));
}

function heading({ say }: Context, step: number, what: string): void {
  say("", `Step ${step} of 4: ${what}`, "");
}

const again = ({ paths }: Context) => `repoint rotate ${paths.key}, which goes on from here`;

const idOf = (old: Extract<Checked, { type: "good" }>["old"]): number | null =>
  old?.check.type === "usable" ? (old.check.id ?? null) : null;

interface Ids {
  readonly newId: number | undefined;
  /** The token that the connection was last known to hold before this rotation; null where that is not known. */
  readonly knownTokenId: number | null;
}

/** By the inventory; by the journal, where this rotation was begun before and has recorded the new one. */
function knownBefore({ paths }: Context, { pat }: Inventory, newId: number | undefined): number | null {
  if (pat?.tokenId != null && pat.tokenId !== newId) return pat.tokenId;
  const last = lastRotation(paths.journal);
  return last !== undefined && last.newTokenId === newId ? last.knownTokenId : null;
}

/** The connection that holds the token. @throws UsageError when there is none whose token could be replaced */
function theConnection({ paths }: Context, { connections, roles }: Migration): ConnectionRecord {
  if (connections.errors.length > 0) throw new UsageError(connections.errors);
  const [connection, ...more] = roles.newConnections;
  if (connection === undefined || more.length > 0) {
    throw new UsageError({
      rule: "rotate/no-connection",
      message:
        connection === undefined
          ? "the new connection does not exist yet, so it holds no token that could be replaced"
          : `more than one connection may be the new one: ${roles.newConnections.map(describeConnection).join(", ")}`,
      fix:
        connection === undefined
          ? `repoint plan ${paths.key}, then repoint apply ${paths.key}: they make it`
          : "name the one with connection: { existing: ITS_ID }",
    });
  }
  if (hasApplicationKey(connection)) {
    throw new UsageError({
      rule: "rotate/has-application",
      message: `${describeConnection(connection)} has an OAuth application: what a personal access token does there is documented nowhere`,
      fix: "name the connection that holds the personal access token in the organization file",
    });
  }
  if (connection.tokens.length !== 1) {
    throw new UsageError({
      rule: "rotate/no-token-there",
      message: `${describeConnection(connection)} has ${connection.tokens.length} tokens, and one can be replaced`,
      fix: `repoint restore ${paths.key} --connection ${connection.id} --token-from NEW_GITLAB_TOKEN gives one to a connection that has none`,
    });
  }
  return connection;
}

function notGood(context: Context, checked: Exclude<Checked, { type: "good" }>): 1 {
  if (checked.type === "not-asked") throw notAsked(context, checked.reason);
  const { say, paths } = context;
  say("", "The new token was not put in. TFE and GitLab are as they were. Each line above says what to do.");
  say(
    `Next: do that, then repoint rotate ${paths.key}. To go on in spite of it, unless the token does not work at all: --skip-preflight "why"`,
  );
  return 1;
}

function notAsked({ paths }: Context, reason: string): ExternalError {
  return new ExternalError(
    `whether the new token works is unknown, so it was not put in: ${bare(reason)}. TFE and GitLab are as they were`,
    { fix: `run repoint rotate ${paths.key} again once GitLab answers` },
  );
}

function howItGoesIn(plan: Exclude<RotationPlan, { type: "refused" }>, name: string): string {
  if (plan.type === "replace")
    return `This plan replaces the token of ${name} in place, and changes nothing else. The token's id in TFE stays, every link stays, and no run starts.`;
  const how =
    "TFE is told directly (PATCH of the connection). The token's id stays, every link stays, and no run starts.";
  return plan.why === "referred-to"
    ? `Terraform does not manage ${name}, so ${how}`
    : `Terraform's state has the new token of ${name} already, which does not tell that TFE has it: an apply that failed leaves it there too. To be certain, ${how}`;
}

function tellProof(context: Context, proof: Proof, { fresh, old }: RotationTokens): void {
  const { say, paths } = context;
  switch (proof.type) {
    case "proven":
      say(`PROVEN   ${proof.how}.`);
      return;
    case "broken":
      say(`BROKEN   TFE has the new token, and cannot use it: ${masked(proof.reason, [fresh.token])}`);
      say(
        "Nothing was revoked.",
        old === undefined
          ? `What to do: see in GitLab what it asks of the token's user; or create another token, and run repoint rotate ${paths.key} with it.`
          : `What to do: see in GitLab what it asks of the token's user, and run this again. To put the old token back: repoint rotate ${paths.key} --token-from ${old.variable} --old-token-from ${fresh.variable === "standard input" ? "VARIABLE" : fresh.variable}`,
      );
      return;
    case "unknown":
      say(
        "UNKNOWN  Nobody can tell whether TFE uses the new token:",
        ...proof.reasons.map((reason) => `         - ${reason}`),
      );
  }
}

async function finish(
  context: Context,
  { fresh, old }: RotationTokens,
  ids: Ids,
  proof: Exclude<Proof, { type: "broken" }>,
  options: RotateOptions,
): Promise<0 | 1> {
  const { say, paths } = context;
  if (old === undefined) {
    say(`The old token was not given: revoke it in GitLab, or run this again with it in ${ownVariable(context)}.`);
    return 0;
  }
  const standing = await standingOf(context, old);
  if (standing.type === "gone") {
    say(`Nothing to revoke: GitLab does not take the old token any more (${bare(standing.reason)}).`);
    return 0;
  }
  if (standing.type === "unknown") throw unknownOld(context, standing.reason);
  const doubts = doubtsOf(context, proof, ids, standing.id);
  const may = await mayRevoke(context, old.variable, doubts, options);
  if (may !== "yes") {
    const after = doubts.length > 0 ? `: ${doubts.join("; ")}` : "";
    say(`The old token was not revoked, and works${after}.`);
    say(
      doubts.length > 0
        ? `To revoke it: see that a push starts a run, then repoint rotate ${paths.key} --revoke-unproven "why you know that it is used"`
        : `To revoke it: repoint rotate ${paths.key} --revoke-old`,
    );
    return may === "declined" || options.revokeOld === true ? 1 : 0;
  }
  const ended = await revokeOld(context, old, standing.id, fresh);
  if (ended.type === "unknown") throw unknownOld(context, ended.reason);
  if (ended.type === "refused") {
    say(`The old token was not revoked, and works: ${bare(ended.reason)}.`);
    say(`What to do: mend that, then repoint rotate ${paths.key} --revoke-old; or revoke it in GitLab.`);
    return 1;
  }
  context.journal("rotate.revoked", { tokenId: ended.id });
  say(`The old token (id ${ended.id} in GitLab) is revoked.`);
  return 0;
}

function unknownOld({ paths }: Context, reason: string): ExternalError {
  return new ExternalError(`whether the old token works is unknown: ${bare(reason)}. The new one is in TFE`, {
    fix: `run repoint rotate ${paths.key} --revoke-old again once GitLab answers, or look at the old token in GitLab`,
  });
}

/** Why the old token may still be needed. */
function doubtsOf(
  context: Context,
  proof: Proof,
  { newId, knownTokenId }: Ids,
  oldId: number | undefined,
): readonly string[] {
  const others = othersWithOld(context, newId);
  for (const other of others)
    context.say(
      `NOTE     organizations/${other}.yaml takes its token from ${ownVariable(context)} too, and its journal here has no rotation to this one: its connection may hold the old token. First: repoint rotate ${other}`,
    );
  return [
    ...(proof.type === "proven" ? [] : ["nobody can tell whether TFE uses the new one"]),
    ...(knownTokenId !== null && oldId !== knownTokenId
      ? [
          `it is not the one that the connection was last known to hold (id ${knownTokenId} in GitLab; this one is ${oldId ?? "unknown"})`,
        ]
      : []),
    ...(others.length > 0 ? [`${others.join(", ")} may still use the old one`] : []),
  ];
}

async function mayRevoke(
  { io, say, journal }: Context,
  variable: string,
  doubts: readonly string[],
  { revokeOld: wanted, revokeUnproven, yes }: RotateOptions,
): Promise<"yes" | "not-asked" | "declined"> {
  if (doubts.length === 0 && (wanted === true || revokeUnproven !== undefined)) return "yes";
  if (revokeUnproven !== undefined) {
    const reason = masked(revokeUnproven.trim(), secretsOf(io));
    journal("rotate.revoke-unproven", { reason, doubts });
    say(`It is revoked in spite of that (--revoke-unproven): ${reason}`);
    return "yes";
  }
  if (io.stdout.isTTY !== true || yes === true) return "not-asked";
  const but = doubts.length > 0 ? `${doubts.join("; ")}. ` : "";
  return (await confirm(io, `${but}Revoke the old token (${variable}) now?`, "revoke", false)) ? "yes" : "declined";
}

function tellNext(context: Context, plan: RotationPlan): void {
  const { say, paths } = context;
  const variable = ownVariable(context);
  say("");
  if (plan.type === "replace" || (plan.type === "direct" && plan.why === "in-the-state"))
    say(`From now on ${variable} must hold the new token, in CI too: a plan with the old one would put that back.`);
  sayToCommit(context);
  say(`Next: put the new token into ${variable}, then repoint verify ${paths.key}`);
}
