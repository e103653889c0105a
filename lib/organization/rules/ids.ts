import { looksSecret, shown } from "../secret";
import type { Finding, Rule } from "./rule";

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

/** Ids say by their prefix what they are of; a token or another kind of id in a connection's place is told apart. */
export const ids: Rule = {
  id: "ids",
  check: (wish) => [
    ...wish.from.flatMap((id, index) => expectId(id, "oc-", ["from", index])),
    ...(wish.connection.existing === undefined
      ? []
      : expectId(wish.connection.existing, "oc-", ["connection", "existing"])),
    ...(wish.connection.agentPool === undefined
      ? []
      : expectId(wish.connection.agentPool, "apool-", ["connection", "agentPool"])),
    ...wish.from.flatMap((id, index): Finding[] =>
      wish.from.indexOf(id) === index
        ? []
        : [{ path: ["from", index], message: `${id} is named twice`, fix: "name it once" }],
    ),
    ...(wish.connection.existing !== undefined && wish.from.includes(wish.connection.existing)
      ? [
          {
            path: ["connection", "existing"],
            message: `${wish.connection.existing} is named as the new connection and as an old one`,
            fix: "name the connection that holds the personal access token here, the others under from",
          },
        ]
      : []),
  ],
};

function expectId(id: string, prefix: string, path: Finding["path"]): readonly Finding[] {
  if (id.startsWith(prefix) && /^[a-z]+-[A-Za-z0-9]+$/.test(id)) return [];
  const wanted = `${kinds[prefix]}, such as ${prefix}…`;
  if (looksSecret(id)) {
    return [
      {
        path,
        message: `this is a token, not the id of ${wanted}`,
        fix: "take the token out of this file and revoke it if the file was shared; a connection's id stands in its address in TFE",
      },
    ];
  }
  const other = Object.keys(kinds).find((candidate) => id.startsWith(candidate));
  const is = other === undefined || other === prefix ? shown(id) : `${shown(id)}, the id of ${kinds[other]}`;
  const hint =
    prefix === "oc-"
      ? "give the connection's id: `repoint inventory` lists them, and it stands in TFE under Settings, VCS Providers"
      : "give the id as TFE shows it";
  return [{ path, message: `got ${is}; expected the id of ${wanted}`, fix: hint }];
}
