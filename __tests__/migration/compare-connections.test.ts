import fc from "fast-check";
import { problemLines } from "../../lib/errors";
import type { ConnectionRecord } from "../../lib/inventory/schema";
import { adoptConnection } from "../../lib/migration/adopt";
import { planMigration } from "../../lib/migration/migration";
import { retirements } from "../../lib/migration/retire";
import type { Organization } from "../../lib/organization/organization";
import { connectionsOf, verified } from "./decided";
import { connection, inventory, NEW, OLD, organization, workspace } from "./fixtures";

interface Case {
  readonly old?: Partial<ConnectionRecord>;
  /** The new connection, where it is there; null where it is still to be made. */
  readonly fresh?: Partial<ConnectionRecord> | null;
  readonly gitlab?: Partial<Organization["gitlab"]>;
  readonly connection?: Partial<Organization["connection"]>;
  readonly projectId?: string;
}

const key = "application-id";
const place = ({ old, fresh, gitlab, connection: organizationFile, projectId }: Case) => {
  const base = organization();
  const file = organization({
    gitlab: { ...base.gitlab, ...gitlab },
    connection: { ...base.connection, ...organizationFile },
  });
  const records = [
    connection(OLD, "GitLab", { key, ...old }),
    ...(fresh === null ? [] : [connection(NEW, "GitLab (PAT)", fresh)]),
  ];
  const resources = [workspace(1, projectId === undefined ? {} : { projectId })];
  const found = inventory(resources, {
    connections: records,
    ownConnections: [],
  });
  return { file, found: adoptConnection(file, found, new Date(0)) };
};
const said = (one: Case): readonly string[] => {
  const { file, found } = place(one);
  const { errors, warnings } = connectionsOf(file, found);
  const brief = errors.map(
    (problem) =>
      `ERROR ${problemLines({ ...problem, file: "" })
        .join("")
        .replace(/ {4}/g, " ")}`,
  );
  return [...brief, ...warnings.map((text) => `NOTE  ${text}`)];
};
const elsewhere = {
  httpUrl: "https://gitlab.other.com",
  apiUrl: "https://gitlab.other.com/api/v4",
};
const existing = { connection: { name: "", existing: NEW.connection } };

it("has nothing to say of two connections that agree", () => {
  expect(said({})).toEqual([]);
  expect(said({ fresh: null })).toEqual([]);
  expect(said(existing)).toEqual([]);
});

describe("service provider", () => {
  it("must be GitLab's on both sides", () => {
    expect(said({ old: { serviceProvider: "github" } })).toMatchInlineSnapshot(`
      [
        "ERROR from[0]: the connection GitLab (oc-oldOldOldOldOld1) is github, not GitLab [plan/not-gitlab] fix: give a GitLab connection",
      ]
    `);
    expect(said({ fresh: { serviceProvider: "github_enterprise" } })).toMatchInlineSnapshot(`
      [
        "ERROR connection.name: the new connection GitLab (PAT) (oc-newNewNewNewNew1) is github_enterprise, not GitLab [plan/new-not-gitlab] fix: choose a name that no other connection uses",
      ]
    `);
    expect(said({ ...existing, fresh: { serviceProvider: "bitbucket_data_center" } })).toMatchInlineSnapshot(`
      [
        "ERROR connection.existing: the new connection GitLab (PAT) (oc-newNewNewNewNew1) is bitbucket_data_center, not GitLab [plan/new-not-gitlab] fix: give the GitLab connection that has the personal access token",
      ]
    `);
  });

  it("may be another kind of GitLab, but not of a connection that was made already", () => {
    expect(
      said({
        fresh: null,
        old: { serviceProvider: "gitlab_enterprise_edition" },
      }),
    ).toMatchInlineSnapshot(`
      [
        "NOTE  the old connection GitLab (oc-oldOldOldOldOld1) is gitlab_enterprise_edition, but the new one is gitlab_community_edition",
      ]
    `);
    expect(said({ fresh: { serviceProvider: "gitlab_enterprise_edition" } })).toMatchInlineSnapshot(`
      [
        "ERROR gitlab.serviceProvider: the new connection GitLab (PAT) (oc-newNewNewNewNew1) is gitlab_enterprise_edition, but gitlab.serviceProvider is gitlab_community_edition [plan/connection-changed] fix: set it back (gitlab.serviceProvider: gitlab_enterprise_edition): the provider can only replace the connection, which unlinks everything that uses it. If this configuration did not create it, choose another connection.name",
      ]
    `);
    expect(
      said({
        ...existing,
        fresh: { serviceProvider: "gitlab_enterprise_edition" },
      }),
    ).toMatchInlineSnapshot(`
      [
        "NOTE  the new connection GitLab (PAT) (oc-newNewNewNewNew1) is gitlab_enterprise_edition, but gitlab.serviceProvider is gitlab_community_edition",
        "NOTE  the old connection GitLab (oc-oldOldOldOldOld1) is gitlab_community_edition, but the new one is gitlab_enterprise_edition",
      ]
    `);
  });
});

describe("addresses", () => {
  it("of the old connection are those of the file", () => {
    expect(said({ fresh: null, old: elsewhere })).toMatchInlineSnapshot(`
      [
        "ERROR gitlab.url: the old connection GitLab (oc-oldOldOldOldOld1) points to https://gitlab.other.com, but the new one would point to https://gitlab.example.com, where the same path may be a different repository [plan/other-gitlab] fix: gitlab.url: https://gitlab.other.com; or, if this GitLab has moved with all its repositories, gitlab.movedFrom: https://gitlab.other.com",
      ]
    `);
    expect(said({ fresh: null, old: { apiUrl: elsewhere.apiUrl } })).toMatchInlineSnapshot(`
      [
        "ERROR gitlab.apiUrl: the old connection GitLab (oc-oldOldOldOldOld1) points to https://gitlab.other.com/api/v4, but the new one would point to https://gitlab.example.com/api/v4, where the same path may be a different repository [plan/other-gitlab] fix: gitlab.apiUrl: https://gitlab.other.com/api/v4; or, if this GitLab has moved with all its repositories, gitlab.movedFrom: https://gitlab.example.com",
      ]
    `);
    expect(said({ fresh: null, old: { httpUrl: "http://gitlab.example.com" } })).toMatchInlineSnapshot(`
      [
        "NOTE  the old connection GitLab (oc-oldOldOldOldOld1) points to http://gitlab.example.com, the new one to https://gitlab.example.com",
      ]
    `);
    expect(said({ fresh: null, old: { httpUrl: "", apiUrl: "" } })).toMatchInlineSnapshot(`
      [
        "NOTE  the http-url of GitLab (oc-oldOldOldOldOld1) cannot be compared: in TFE it is """,
        "NOTE  the api-url of GitLab (oc-oldOldOldOldOld1) cannot be compared: in TFE it is """,
      ]
    `);
  });

  it("may differ for a GitLab that has moved, from where the file says", () => {
    const movedFrom = ["https://GitLab.Other.com:443/"];
    expect(said({ fresh: null, old: elsewhere, gitlab: { movedFrom } })).toMatchInlineSnapshot(`
      [
        "NOTE  the old connection GitLab (oc-oldOldOldOldOld1) points to https://gitlab.other.com, GitLab's former address",
      ]
    `);
    expect(said({ fresh: null, gitlab: { movedFrom } })).toMatchInlineSnapshot(`
      [
        "ERROR gitlab.movedFrom: no old connection points to https://GitLab.Other.com:443/; they point to https://gitlab.example.com [plan/moved-from] fix: give the old connection's address in TFE, or remove movedFrom",
      ]
    `);
    const alsoThere = {
      httpUrl: "https://third.example.com",
      apiUrl: "https://third.example.com/api/v4",
    };
    expect(said({ fresh: null, old: alsoThere, gitlab: { movedFrom } })).toMatchInlineSnapshot(`
      [
        "ERROR gitlab.url: the old connection GitLab (oc-oldOldOldOldOld1) points to https://third.example.com, but the new one would point to https://gitlab.example.com, where the same path may be a different repository [plan/other-gitlab] fix: gitlab.url: https://third.example.com; or, if this GitLab has moved with all its repositories, gitlab.movedFrom: https://third.example.com",
        "ERROR gitlab.movedFrom: no old connection points to https://GitLab.Other.com:443/; they point to https://third.example.com [plan/moved-from] fix: give the old connection's address in TFE, or remove movedFrom",
      ]
    `);
  });

  it("of a connection that is there are those of the file", () => {
    expect(said({ fresh: elsewhere })).toMatchInlineSnapshot(`
      [
        "ERROR gitlab.url: the new connection GitLab (PAT) (oc-newNewNewNewNew1) points to https://gitlab.other.com, but gitlab.url is https://gitlab.example.com [plan/connection-changed] fix: set it back (gitlab.url: https://gitlab.other.com): the provider can only replace the connection, which unlinks everything that uses it. If this configuration did not create it, choose another connection.name",
        "ERROR gitlab.apiUrl: the new connection GitLab (PAT) (oc-newNewNewNewNew1) points to https://gitlab.other.com/api/v4, but gitlab.apiUrl is https://gitlab.example.com/api/v4 [plan/connection-changed] fix: set it back (gitlab.apiUrl: https://gitlab.other.com/api/v4): the provider can only replace the connection, which unlinks everything that uses it. If this configuration did not create it, choose another connection.name",
      ]
    `);
    expect(said({ ...existing, fresh: elsewhere })).toMatchInlineSnapshot(`
      [
        "ERROR gitlab.url: the new connection GitLab (PAT) (oc-newNewNewNewNew1) points to https://gitlab.other.com, but gitlab.url is https://gitlab.example.com [plan/connection-address] fix: give a connection to https://gitlab.example.com in connection.existing, or correct gitlab.url",
        "ERROR gitlab.apiUrl: the new connection GitLab (PAT) (oc-newNewNewNewNew1) points to https://gitlab.other.com/api/v4, but gitlab.apiUrl is https://gitlab.example.com/api/v4 [plan/connection-address] fix: give a connection to https://gitlab.example.com/api/v4 in connection.existing, or correct gitlab.apiUrl",
      ]
    `);
    expect(said({ ...existing, fresh: { httpUrl: "http://gitlab.example.com" } })).toMatchInlineSnapshot(`
      [
        "NOTE  the http-url of GitLab (PAT) (oc-newNewNewNewNew1) is http://gitlab.example.com, but the file has https://gitlab.example.com",
      ]
    `);
    expect(said({ ...existing, fresh: { httpUrl: "", apiUrl: "?" } })).toMatchInlineSnapshot(`
      [
        "NOTE  the http-url of GitLab (PAT) (oc-newNewNewNewNew1) cannot be compared: in TFE it is """,
        "NOTE  the api-url of GitLab (PAT) (oc-newNewNewNewNew1) cannot be compared: in TFE it is "?"",
      ]
    `);
  });

  it.each([
    ["https://GITLAB.example.com", "same"],
    ["https://gitlab.example.com/", "same"],
    ["https://gitlab.example.com:443///", "same"],
    ["https://gitlab.example.com.", "same"],
    ["https://gitlab.example.com:8443", "other"],
    ["https://gitlab.example.com/gitlab", "other"],
    ["https://gitlab.example.com.evil.test", "other"],
    ["https://example.com", "other"],
  ])("compare %s as %s", (httpUrl, expected) => {
    const findings = said({ fresh: null, old: { httpUrl } });
    expect(findings.some((line) => line.includes("[plan/other-gitlab]"))).toBe(expected === "other");
    if (expected === "same") expect(findings).toEqual([]);
  });
});

describe("what may differ, and is said", () => {
  it.each<[string, Case, RegExp]>([
    ["an application key", { fresh: { key } }, /has an application key, so it may be an OAuth connection/],
    ["an application key of an existing one", { ...existing, fresh: { key } }, /has an application key/],
    ["the same name", { fresh: null, connection: { name: "GitLab" } }, /the same name as the old one GitLab \(oc-old/],
    ["the same name of an existing one", { ...existing, fresh: { name: "GitLab" } }, /the same name as the old one/],
    ["an agent pool less", { fresh: null, old: { agentPoolId: "apool-1" } }, /TFE itself must reach GitLab/],
    ["an agent pool more", { fresh: null, connection: { agentPool: "apool-1" } }, /has no agent pool, but the new one/],
    [
      "an agent pool less of an existing one",
      { ...existing, old: { agentPoolId: "apool-1" } },
      /no agent pool: without/,
    ],
    ["an agent pool that was not set", { connection: { agentPool: "apool-1" } }, /the provider cannot change it/],
    ["a wider scope", { fresh: null, old: { organizationScoped: false } }, /is open to the whole organization/],
    ["a wider scope of an existing one", { ...existing, old: { organizationScoped: false } }, /open to the whole/],
    [
      "no SSH key",
      {
        old: {
          tokens: [{ id: OLD.token, serviceProviderUser: null, hasSshKey: true }],
        },
      },
      /SSH key/,
    ],
    ["no application key of the old one", { old: { key: null } }, /may already use a personal access token/],
    ["an empty application key of the old one", { old: { key: "" } }, /may already use a personal access token/],
    ["no token of the old one", { old: { tokens: [] } }, /has lost its token/],
  ])("%s", (_, one, expected) => {
    const findings = said(one);
    expect(findings.filter((line) => line.startsWith("ERROR"))).toEqual([]);
    expect(findings.join("\n")).toMatch(expected);
  });
});

describe("a connection that is limited to projects", () => {
  const limited = {
    organizationScoped: false,
    projectIds: ["prj-0000000000000002"],
  };

  it("must be for what moves now", () => {
    expect(said({ fresh: null, connection: { scope: { projects: ["Platform"] } } })).toMatchInlineSnapshot(`
      [
        "ERROR connection.scope.projects: 1 resource (such as workspace workspace-1 (ws-0000000000000001)) of the project "Default Project" (prj-0000000000000001) cannot move: the new connection does not include that project, so TFE would refuse it [plan/not-in-scope] fix: add "Default Project" (prj-0000000000000001) to connection.scope.projects, or leave them out (select: exclude:)",
      ]
    `);
    expect(said({ ...existing, fresh: limited })).toMatchInlineSnapshot(`
      [
        "ERROR connection.existing: 1 resource (such as workspace workspace-1 (ws-0000000000000001)) of the project "Default Project" (prj-0000000000000001) cannot move: the new connection does not include that project, so TFE would refuse it [plan/not-in-scope] fix: attach the project "Default Project" (prj-0000000000000001) to oc-newNewNewNewNew1 in TFE, or leave them out (select: exclude:)",
      ]
    `);
    expect(said({ ...existing, fresh: limited, projectId: "prj-0000000000000002" })).toEqual([]);
  });

  it("should be for what moves later", () => {
    const { file, found } = place({ ...existing, fresh: limited });
    const waves = [{ name: "canary", names: ["none"] }];
    expect(connectionsOf({ ...file, waves, through: "canary" }, found)).toMatchInlineSnapshot(`
      {
        "errors": [],
        "warnings": [
          "1 resource (such as workspace workspace-1 (ws-0000000000000001)) of the project "Default Project" (prj-0000000000000001), in a later wave: the new connection does not include that project: attach the project "Default Project" (prj-0000000000000001) to oc-newNewNewNewNew1 in TFE before they move",
        ],
      }
    `);
  });
});

describe("the connection that is named as existing", () => {
  it("is there, and has one token", () => {
    expect(said({ connection: { name: "", existing: "oc-none" } })).toMatchInlineSnapshot(`
      [
        "ERROR connection.existing: the organization has no connection oc-none; it has: oc-oldOldOldOldOld1 (GitLab), oc-newNewNewNewNew1 (GitLab (PAT)) [plan/unknown-connection] fix: give the id of the connection that has the personal access token",
      ]
    `);
    expect(said({ ...existing, fresh: { tokens: [] } })).toMatchInlineSnapshot(`
      [
        "ERROR the new connection GitLab (PAT) (oc-newNewNewNewNew1) has no token: nothing can fetch through it or move to it [plan/connection-tokens] fix: put a valid personal access token into NEW_GITLAB_TOKEN, then run repoint restore acme --connection oc-newNewNewNewNew1 --token-from NEW_GITLAB_TOKEN, and after it repoint plan acme",
      ]
    `);
  });
});

/** Each makes the new connection a wrong one. */
const wrong: readonly (readonly [string, Case])[] = [
  ["is no GitLab", { ...existing, fresh: { serviceProvider: "github" } }],
  ["leads elsewhere", { ...existing, fresh: elsewhere }],
  ["leads elsewhere than the old one", { old: elsewhere }],
  ["has the name of another's", { fresh: { serviceProvider: "github" } }],
];

describe.each(wrong)("a new connection that %s", (_, one) => {
  const { file, found } = place(one);

  it("stops the plan, fails the verification, and keeps the old connection", () => {
    expect(planMigration(file, found).problems).not.toEqual([]);
    expect(verified(file, found, { planned: undefined }).connection).not.toEqual([]);
    const moved = {
      ...found,
      resources: [workspace(1, { token: NEW.token })],
    };
    expect(retirements(file, moved)).toMatchObject([{ type: "refused", referrers: [] }]);
  });

  it("does not stop the way back", () => {
    const moved = {
      ...found,
      resources: [workspace(1, { token: NEW.token })],
    };
    expect(planMigration(file, moved, { back: new Set(["all"]) }).problems).toEqual([]);
    expect(planMigration({ ...file, direction: "back" }, moved).problems).toEqual([]);
  });
});

it("finds no trouble in an address's spelling, and none where there is none", () => {
  const spelled = fc
    .record({
      host: fc.constantFrom("gitlab.example.com", "GitLab.Example.COM"),
      port: fc.constantFrom("", ":443"),
      slashes: fc.constantFrom("", "/", "//"),
    })
    .map(({ host, port, slashes }) => `https://${host}${port}${slashes}`);
  fc.assert(
    fc.property(spelled, spelled, spelled, (a, b, c) => {
      expect(said({ old: { httpUrl: a }, fresh: { httpUrl: b }, gitlab: { url: c } })).toEqual([]);
    }),
  );
});
