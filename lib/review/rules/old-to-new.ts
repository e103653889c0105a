import type { ReviewExpectation } from "../expectation";
import { textMember } from "../json";
import type { Resource } from "../resource";
import type { Rule, RuleFinding, Subject } from "../rule";
import { unknownToken } from "../unknown-token";

/** Tokens change from an old connection's to the new one's, and to no other. */
export const oldToNew: Rule = {
  id: "old-to-new",
  severity: "error",
  explanation: "Every changed token belonged to an old connection and becomes the new connection's.",
  remedy: "take a new inventory and plan again: `repoint inventory`, `repoint plan`",
  *check(subject): Iterable<RuleFinding> {
    const { expectation } = subject;
    const linked = subject.resources.filter(
      ({ isResource, action }) => isResource && (action === "update" || action === "no-op"),
    );
    if (expectation === undefined) yield* checkAlone(linked, subject);
    else {
      const newTokens = new Set([...expectation.newTokenIds, ...managedTokens(subject)]);
      for (const resource of linked)
        yield* checkByOrganizationFile(resource, { ...expectation, newTokenIds: newTokens }, subject);
    }
  },
};

/** Tokens of connections that the state holds already: the inventory may be older than they are. */
function managedTokens({ resources, expectation }: Subject): readonly string[] {
  if (expectation?.connection.type !== "create") return [];
  return resources.flatMap(({ kind, action, entry }) =>
    kind === "connection" && (action === "no-op" || action === "update")
      ? textMember(entry.change.before, "oauth_token_id") || []
      : [],
  );
}

function* checkByOrganizationFile(
  resource: Resource,
  expectation: ReviewExpectation,
  subject: Subject,
): Iterable<RuleFinding> {
  const { expected, address, tokenBefore, tokenAfter } = resource;
  if (expected === undefined) return;
  const { desired } = expected;
  if (tokenBefore !== desired.currentTokenId) {
    yield {
      address,
      message: `its token is ${tokenBefore ?? "none"} now; the inventory recorded ${desired.currentTokenId ?? "none"}`,
    };
  } else if (tokenBefore !== null && !isKnownToken(tokenBefore, expectation)) {
    yield { address, message: `its token ${tokenBefore} belongs neither to an old connection nor to the new one` };
  }
  if (tokenAfter.type === "unknown") {
    if (desired.token.type === "id") {
      yield { address, message: `its token would be known only after the apply; expected ${desired.token.id}` };
    } else if (expectation.connection.type === "existing") {
      yield { address, message: "its token would be known only after the apply, although the new connection exists" };
    } else yield* unknownToken(resource, subject);
    return;
  }
  const { id } = tokenAfter;
  if (id === null || id === "") {
    yield { address, ...withoutToken(tokenBefore) };
    return;
  }
  if (desired.token.type === "id" ? id === desired.token.id : expectation.newTokenIds.has(id)) return;
  const wanted =
    desired.token.type === "id"
      ? desired.token.id
      : [...expectation.newTokenIds].join(" or ") || "the new connection's";
  yield {
    address,
    message:
      id === tokenBefore ? `its token stays ${id}; expected ${wanted}` : `its token becomes ${id}; expected ${wanted}`,
  };
}

function isKnownToken(id: string, { oldTokenIds, newTokenIds }: ReviewExpectation): boolean {
  return oldTokenIds.has(id) || newTokenIds.has(id);
}

/** Whatever the organization file, a re-pointing leads to a token. */
function withoutToken(before: string | null): Pick<RuleFinding, "message" | "remedy"> {
  return {
    message:
      before === null || before === ""
        ? "it would get no token: its oauth_token_id would stay empty, so it would not be linked"
        : `it would be left without a token (its oauth_token_id becomes empty), which unlinks it from its repository`,
    remedy:
      "do not apply this plan. Check whether the new connection has a token (TFE, Settings, VCS Providers; `repoint verify`): without one, oauth_token_id is empty",
  };
}

/** Without an organization file: from tokens to one token, and that one is a token's id. */
function* checkAlone(linked: readonly Resource[], subject: Subject): Iterable<RuleFinding> {
  const moved = linked.filter((resource) =>
    resource.differences.some(({ path }) => path === resource.facts?.tokenPath),
  );
  const sources = new Set(moved.map(({ tokenBefore }) => tokenBefore));
  const targets = new Set<string>();
  for (const resource of moved) {
    const { address, tokenBefore, tokenAfter } = resource;
    if (tokenBefore === null || tokenBefore === "") {
      yield { address, message: "it has no token now, so this links it again instead of re-pointing it" };
    }
    if (tokenAfter.type === "unknown") {
      targets.add("the connection that this plan creates");
      yield* unknownToken(resource, subject);
      continue;
    }
    if (tokenAfter.id === null || tokenAfter.id === "") {
      yield { address, ...withoutToken(tokenBefore) };
      continue;
    }
    targets.add(tokenAfter.id);
    if (!/^ot-[A-Za-z0-9]+$/.test(tokenAfter.id)) {
      yield {
        address,
        message: "its oauth_token_id would not be the id of an OAuth token (ot-…)",
        remedy: "give the id of the new connection's OAuth token, not the personal access token itself",
      };
    }
    if (sources.has(tokenAfter.id)) {
      yield { address, message: `its token becomes ${tokenAfter.id}, which other resources move away from` };
    }
  }
  if (targets.size > 1) {
    yield {
      message: `resources would move to ${targets.size} different tokens: ${[...targets].slice(0, 5).join(", ")}`,
      remedy: "re-point to only one new connection per plan",
    };
  }
}
