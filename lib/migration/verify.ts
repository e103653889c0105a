import { organizationKey } from "../organization/key";
import type { Organization } from "../organization/organization";
import { stepsByHand } from "./by-hand";
import { checkConnections } from "./check-connections";
import { newConnections, newTokenIds, oldTokenIds } from "./connection";
import { type Decision, type DecisionOptions, decideAll } from "./decide";
import { differences } from "./differences";
import type { AttachmentRecord, Inventory } from "./inventory-schema";

/**
 * How one attachment stands.
 * - `moved`: on the new connection, and nothing else differs.
 * - `restored`: where its baseline says (after a rollback).
 * - `pending`: still on the old connection because the wish does not reach it yet.
 * - `noted`: deliberately not ours to move.
 * - `by-hand`: still on the old connection, and no plan can move it in place; `todo` says how.
 * - `miss`: not as it should be; `todo` says what to do.
 */
export type Standing = "moved" | "restored" | "pending" | "noted" | "by-hand" | "miss";

export interface VerifiedAttachment {
  readonly kind: AttachmentRecord["kind"];
  readonly id: string;
  readonly name: string;
  readonly standing: Standing;
  readonly from: string | null;
  readonly to: string | null;
  readonly detail: string;
  readonly todo: string | undefined;
  /** What had changed in its VCS link between the first sight and the last plan, which left it so. */
  readonly earlier: readonly string[];
}

export interface Verification {
  readonly attachments: readonly VerifiedAttachment[];
  /** What is wrong with the connection itself; empty when it is usable. */
  readonly connection: readonly { readonly message: string; readonly todo: string }[];
}

/** What is needed beyond the wish and a fresh inventory. */
export interface VerifyOptions {
  /** The inventory that the last plan was made from: what differs from it has changed since. */
  readonly planned: Inventory | undefined;
  /** Waves that a rollback took back. */
  readonly back?: ReadonlySet<string>;
  /** Ids of attachments that the plan left for a later one. */
  readonly defer?: ReadonlySet<string>;
}

/** Compares every attachment with its baseline: old → new, and nothing else. Pure. */
export function verify(organization: Organization, inventory: Inventory, options: VerifyOptions): Verification {
  const fresh = newTokenIds(organization, inventory);
  const old = oldTokenIds(organization, inventory);
  const before = new Map(options.planned?.attachments.map((record) => [record.id, record]));
  const { planned: _, ...asked } = options;
  const decisions = decideAll(organization, inventory, asked);
  const key = organizationKey(organization);
  const attachments = decisions.flatMap(({ record, decision }): VerifiedAttachment[] => {
    const judged = judge(record, decision, {
      fresh,
      old,
      before: before.get(record.id),
      key,
      byHand: stepsByHand(record, organization, inventory),
    });
    if (judged === undefined) return [];
    return [
      {
        kind: record.kind,
        id: record.id,
        name: record.name,
        from: record.baseline?.vcsRepo.oauthTokenId ?? null,
        to: record.vcsRepo?.oauthTokenId ?? null,
        earlier: [],
        ...judged,
      },
    ];
  });
  return { attachments, connection: checkConnection(organization, inventory, asked) };
}

interface Known {
  readonly fresh: ReadonlySet<string>;
  readonly old: ReadonlySet<string>;
  readonly before: AttachmentRecord | undefined;
  readonly key: string;
  /** What a person would do, where only hands can move it. */
  readonly byHand: string;
}

type Judged = Pick<VerifiedAttachment, "standing" | "detail" | "todo"> & Partial<Pick<VerifiedAttachment, "earlier">>;

function judge(record: AttachmentRecord, decision: Decision, known: Known): Judged | undefined {
  const token = record.vcsRepo?.oauthTokenId ?? null;
  const onOld = token !== null && known.old.has(token);
  const plan = `repoint plan ${known.key}, review it, then repoint apply ${known.key}`;
  switch (decision.type) {
    case "unconcerned":
      return onOld && !record.gone ? cameToOld(known) : undefined;
    case "impossible":
      return { standing: "miss", detail: decision.reason, todo: decision.fix };
    case "adopt-first":
      return {
        standing: "miss",
        detail: `uses the old connection and is covered by wave "${decision.wave}", but no plan has held it yet`,
        todo: plan,
      };
    case "manage": {
      if (token === null) return { standing: "miss", detail: "has lost its VCS link", todo: plan };
      if (decision.token.type === "id") {
        if (token !== decision.token.id)
          return { standing: "miss", detail: "is not back on its old connection", todo: plan };
        return unchanged(record, known, "restored");
      }
      if (!known.fresh.has(token)) return { standing: "miss", detail: "is not on the new connection yet", todo: plan };
      return unchanged(record, known, "moved");
    }
    case "release":
    case "leave":
      switch (decision.why) {
        case "foreign":
          return onOld && !record.gone ? cameToOld(known) : undefined;
        case "done":
          return unchanged(record, known, "moved");
        case "later-wave":
        case "deferred":
        case "never-moved":
          return { standing: onOld ? "pending" : "noted", detail: decision.reason, todo: undefined };
        case "gone":
        case "elsewhere":
        case "not-selected":
        case "by-hand":
          return { standing: "noted", detail: decision.reason, todo: undefined };
        case "immovable":
          return onOld
            ? { standing: "by-hand", detail: decision.reason, todo: known.byHand }
            : { standing: "noted", detail: decision.reason, todo: undefined };
        case "needs-hands":
          return { standing: "miss", detail: decision.reason, todo: known.byHand };
      }
  }
}

/** No plan moves it, for its baseline has no old connection to come from; and yet the old connection cannot be retired. */
function cameToOld({ key }: Known): Judged {
  return {
    standing: "miss",
    detail: "uses the old connection now, and did not when it was first seen",
    todo: `link it to the new connection in TFE: repoint retire ${key} refuses while it uses the old one`,
  };
}

function unchanged(record: AttachmentRecord, known: Known, standing: "moved" | "restored"): Judged {
  const { found, earlier } = differences(record, known.before);
  if (found.length > 0) {
    return {
      standing: "miss",
      detail: `more than the token differs: ${found.join("; ")}`,
      todo: `set it back in TFE; if somebody meant it, repoint plan ${known.key} takes it as it is`,
    };
  }
  return { standing, detail: "nothing else differs", todo: undefined, earlier };
}

function checkConnection(
  organization: Organization,
  inventory: Inventory,
  asked: DecisionOptions,
): Verification["connection"] {
  const found = newConnections(organization, inventory);
  const [connection] = found;
  const key = organizationKey(organization);
  const problems = checkConnections(organization, inventory, asked).errors.map(({ path, message, fix }) => ({
    message,
    todo: `in ${organization.file}${path === undefined ? "" : `, ${path}`}: ${fix ?? "correct it"}`,
  }));
  if (connection === undefined) {
    // One that is only referred to is made by nobody here, and its absence is said already.
    if (organization.connection.existing !== undefined) return problems;
    const todo = `repoint plan ${key}, then repoint apply ${key}`;
    return [...problems, { message: "the new connection does not exist", todo }];
  }
  if (found.length > 1) {
    problems.push({
      message: `${found.length} connections are called "${organization.connection.name}": ${found.map(({ id }) => id).join(", ")}`,
      todo: "keep the one that `terraform state show` names; delete the others when nothing uses them",
    });
  }
  if (connection.tokens.length === 0) {
    problems.push({
      message: `the new connection ${connection.id} holds no token, so nothing can fetch through it`,
      todo: `set TF_VAR_${organization.connection.tokenVariable} to a valid personal access token and apply again`,
    });
  }
  const hadKey = inventory.connections.some(
    ({ id, tokens }) => organization.from.includes(id) && tokens.some(({ hasSshKey }) => hasSshKey),
  );
  if (hadKey && !connection.tokens.some(({ hasSshKey }) => hasSshKey)) {
    problems.push({
      message: "the old connection has an SSH key (for submodules) and the new one has none",
      todo: `repoint ssh-key ${key} --file PRIVATE_KEY_FILE`,
    });
  }
  return problems;
}
