import { looksSecret, shownId } from "../../util/secret";
import type { DraftOrganizationFile } from "../draft";
import type { Finding, Path } from "../finding";
import { patterns } from "../patterns";
import { matchersOf } from "./matchers-of";
import type { Rule } from "./rule";

const kinds: Readonly<Record<string, string>> = {
  "oc-": "a connection (OAuth client)",
  "ot-": "an OAuth token",
  "ws-": "a workspace",
  "prj-": "a project",
  "apool-": "an agent pool",
  "polset-": "a policy set",
  "mod-": "a registry module",
  "st-": "a stack",
  "org-": "an organization",
};

interface Expected {
  readonly pattern: RegExp;
  readonly what: string;
  readonly fix: string;
}
const aConnection: Expected = {
  pattern: patterns.connectionId,
  what: "the id of a connection (OAuth client), such as oc-…",
  fix: "give the connection's id: `repoint inventory` lists the ids, and TFE shows them under Settings, VCS Providers",
};
const anAgentPool: Expected = {
  pattern: patterns.agentPoolId,
  what: "the id of an agent pool, such as apool-…",
  fix: "give the id that TFE shows",
};
const anResource: Expected = {
  pattern: patterns.resourceId,
  what: "the id of a workspace, policy set, registry module or stack (ws-…, polset-…, mod-…, st-…)",
  fix: "give the id from the inventory, or use names",
};

/** Ids say by their prefix what they are of; a token or another kind of id in a connection's place is told apart. */
export const ids: Rule = {
  id: "ids",
  check: ({ from = [], connection, ...organizationFile }) => [
    ...from.flatMap((id, index) => expectId(id, aConnection, ["from", index])),
    ...expectId(connection?.existing, aConnection, ["connection", "existing"]),
    ...expectId(connection?.agentPool, anAgentPool, ["connection", "agentPool"]),
    ...matchersOf(organizationFile).flatMap(({ matcher, path }) =>
      (matcher.ids ?? []).flatMap((id, index) => expectId(id, anResource, [...path, "ids", index])),
    ),
    ...namedTwice(from),
    ...oldAndNew(from, connection),
  ],
};

function expectId(id: string | undefined, { pattern, what, fix }: Expected, path: Path): readonly Finding[] {
  if (id === undefined || pattern.test(id)) return [];
  if (looksSecret(id)) {
    return [
      {
        path,
        message: `this is a token, not ${what}`,
        fix: "remove the token from this file, and revoke it if the file was shared; a connection's id is in its address in TFE",
      },
    ];
  }
  const prefix = Object.keys(kinds).find((candidate) => id.startsWith(candidate));
  const other = prefix !== undefined && /^[a-z]+-[A-Za-z0-9]+$/.test(id) ? `, the id of ${kinds[prefix]}` : "";
  return [{ path, message: `got ${shownId(id)}${other}; expected ${what}`, fix }];
}

function namedTwice(from: readonly (string | undefined)[]): readonly Finding[] {
  return from.flatMap((id, index) =>
    id === undefined || from.indexOf(id) === index || !patterns.connectionId.test(id)
      ? []
      : [{ path: ["from", index], message: `${id} is listed twice`, fix: "list it once" }],
  );
}

function oldAndNew(
  from: readonly (string | undefined)[],
  connection: DraftOrganizationFile["connection"],
): readonly Finding[] {
  const existing = connection?.existing;
  if (existing === undefined || !from.includes(existing) || !patterns.connectionId.test(existing)) return [];
  return [
    {
      path: ["connection", "existing"],
      message: `${existing} is listed both as the new connection and as an old one`,
      fix: "list the connection with the personal access token here, and the others under from",
    },
  ];
}
