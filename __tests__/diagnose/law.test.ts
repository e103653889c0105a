import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DiagnoseOptions } from "../../lib/diagnose";
import { diagnosed, grantInvalid, modern, old, ordinary, refusedApi, text, tfe, tokenRevoked } from "./support/logs";

/* Each row of the two tables of docs/explanation/the-race.md, by its number. */

const hash = "a1b2c3d4e5";
const at = (time: string): string => `2024-05-01T${time}Z`;
const without = (line: string, ...names: readonly string[]): string =>
  JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line)).filter(([key]) => !names.includes(key))));
const withFields = (line: string, fields: object): string => JSON.stringify({ ...JSON.parse(line), ...fields });

const user = "terraform-bot";
const won = (fields: object = {}) => modern({ time: at("10:01:00.000"), seconds: 60, id: "won", user, ...fields });
const lost = (fields: object = {}) =>
  modern({ time: at("10:00:20.000"), seconds: 3, status: 400, id: "lost", user, ...fields });
/** As GitLab logs it: no user is named. */
const nobody = { user: undefined };
const oldPair = [
  withFields(old({ duration: 60.17, time: "2020-07-02T12:59:09.108Z" }), { user_id: 7 }),
  withFields(old({ duration: 3.43, status: 400, time: "2020-07-02T12:59:58.626Z" }), { user_id: 7 }),
];
const busy = Array.from({ length: 360 }, (_, index) =>
  modern({
    time: new Date(Date.UTC(2024, 4, 1, 9, 30) + index * 10_000).toISOString(),
    seconds: 2.01,
    id: `busy-${index}`,
    user,
  }),
);

/** The verdict, and what brought it: races with their doubts, else causes and context of weight. */
async function judged(inputs: Parameters<typeof diagnosed>[0], options: Parameters<typeof diagnosed>[1] = {}) {
  const { verdict, races, causes, context } = await diagnosed(inputs, options);
  const ours = races.filter(({ whose }) => whose !== "other");
  if (ours.length > 0)
    return [
      verdict,
      ...ours.flatMap(({ strength, doubts }) => [strength, ...doubts.map((one) => one.split(/[,:(]/)[0]?.trim())]),
    ];
  return [
    verdict,
    ...causes.map(({ rule }) => rule),
    ...context.filter(({ rule }) => rule !== "slow-refresh").map(({ rule }) => rule),
  ];
}

const two = (granted: string, refused: string) => ({
  "a/production_json.log": `${granted}\n`,
  "b/production_json.log": `${refused}\n`,
});
const machines = "the two were logged by different machines";
const unnamedDoubt = "the log does not name the application";
const assumed = "the overlap depends on an assumed unit or meaning of the times";
const untied = "nothing in the log ties the two to one grant";
const coarse = "the log's times are too coarse to tell whether the two overlap";
const parts = "the two are in different parts of the file";
/** A pair whose times have no fractions. */
const coarsePair = (granted: number, refused: number, of?: string) => {
  const one = of === undefined ? {} : { hash: of };
  return [
    won({ ...one, time: at("10:00:10"), seconds: granted }),
    lost({ ...one, time: at("10:00:10"), seconds: refused }),
  ];
};
/** A pair of a user who is not named. */
const addresses = (granted: string, refused: string) =>
  [won(), lost()].map((line, index) =>
    without(withFields(line, { remote_ip: [granted, refused][index] }), "username", "meta.remote_ip"),
  );
const either = "this GitLab answers 401 both to a used refresh token and to a wrong application secret";

/** The two records with what Terraform Enterprise logged, once or at several times. */
const lossOf = (lines: readonly string[], words = grantInvalid, ...times: readonly string[]) => ({
  "production_json.log": text(lines),
  "atlas.log": text((times.length === 0 ? ["10:00:30"] : times).map((time) => tfe(words, `2024-05-01 ${time}`))),
});
const ours = { applications: [{ id: "5c1f5c1f", from: "--application" }] };
const shared = { applications: [{ id: "5c1f5c1f", from: "inventory/acme.json", connections: 2 }] };

type Row = readonly [
  row: string,
  inputs: Parameters<typeof diagnosed>[0],
  expected: readonly unknown[],
  options?: Partial<DiagnoseOptions>,
];

const convicts: readonly Row[] = [
  ["C1", [won({ hash }), lost({ hash })], ["race-proven", "exact"]],
  ["C1", two(won({ hash }), lost({ hash })), ["race-proven", "exact"], { tolerance: 2000 }],
  ["C2", two(won({ hash }), lost({ hash })), ["race-likely", "exact", machines]],
  [
    "C3",
    [won({ hash }), lost({ hash, time: at("10:01:05.000") })],
    ["race-likely", "exact", "the refused request began after the other had been answered"],
  ],
  ["C4", [won({ hash }), lost({ hash, time: at("10:31:00.000") })], ["other-cause", "stale-refresh-token"]],
  ["C4", [won({ hash }), lost({ hash, time: at("12:00:00.000") })], ["other-cause", "stale-refresh-token"]],
  ["C5", [won({ hash }), lost({ hash, time: at("09:40:00.000") })], ["other-cause", "refused-then-accepted"]],
  [
    "C6",
    [won({ hash, time: "..." }), lost({ hash, time: "..." })],
    ["race-likely", "exact", "the log gives no time for the two"],
  ],
  [
    "C6",
    [without(won({ hash }), "duration_s"), without(lost({ hash }), "duration_s")],
    ["race-likely", "exact", "the log gives no duration for one of the two"],
  ],
  ["C7", [won(), lost()], ["race-proven", "strong"]],
  ["C7", two(won(), lost()), ["race-proven", "strong"], { tolerance: 2000 }],
  ["C8", two(won(), lost()), ["race-likely", "strong", machines]],
  ["C9", [won({ client: "" }), lost({ client: "" })], ["race-likely", "strong", unnamedDoubt]],
  ["C10", oldPair, ["race-likely", "strong", assumed]],
  [
    "C11",
    [withFields(won(), { "meta.remote_ip": "10.9.9.9", remote_ip: "10.9.9.9" }), lost()],
    ["race-likely", "strong", "the two came from different addresses"],
  ],
  [
    "C12",
    [withFields(won(), { username: "carol" }), lost()],
    ["insufficient", "refused-refresh", "overlap-of-other-grants"],
  ],
  [
    "C12",
    [
      withFields(won(), { username: null, "meta.user": null, user_id: 7 }),
      withFields(lost(), { username: null, "meta.user": null, user_id: 9 }),
    ],
    ["insufficient", "refused-refresh", "overlap-of-other-grants"],
  ],
  [
    "C12",
    [without(withFields(won(), { remote_ip: "10.9.9.9" }), "username"), without(lost(), "username")],
    ["insufficient", "refused-refresh", "overlap-of-other-grants"],
  ],
  [
    "C13",
    [...busy.slice(0, 181), lost({ time: at("10:00:00.500"), seconds: 1.01 }), ...busy.slice(181)],
    ["race-likely", "weak", "the application refreshes so often that an overlap may be chance"],
  ],
  [
    "C14",
    [without(won(), "duration_s"), without(lost({ time: at("10:01:02.000") }), "duration_s")],
    ["race-likely", "weak", "the log gives no duration for one of the two"],
  ],
  ["C14", [won({ time: "..." }), lost({ time: "..." })], ["race-likely", "weak", "the log gives no time for the two"]],
  ["C15", [won(), lost({ status: 401 })], ["other-cause", "invalid-client"]],
  ["C15", [won({ hash }), lost({ hash, status: 401 })], ["other-cause", "invalid-client"]],
  [
    "C16",
    [won(), withFields(lost({ status: 401 }), { controller: "Doorkeeper::TokensController" })],
    ["race-likely", "strong", either],
  ],
  [
    "C17",
    [
      won(),
      withFields(lost(), {
        params: [
          { key: "grant_type", value: "refresh_token" },
          { key: "client_id", value: "5c1f".repeat(16) },
        ],
      }),
    ],
    ["other-cause", "refresh-without-token"],
  ],
  ["C18", [won({ hash }), won({ hash, id: "again" })], ["race-likely", "exact", "no refresh was refused"]],
  [
    "C19",
    {
      "production_json.log": won({ hash }),
      "export.json": JSON.stringify({ _source: JSON.parse(won({ hash, seconds: 60.0004 })) }),
    },
    ["nothing-found"],
  ],
  [
    "C19",
    {
      "production_json.log": text([won({ hash }), won({ hash: "ee", time: at("12:00:00.000"), id: "next" })]),
      "export.json": without(won({ hash, seconds: 60.0004 }), "correlation_id"),
    },
    ["nothing-found"],
  ],
  [
    "C19",
    {
      "a.json": without(won({ hash }), "correlation_id"),
      "production_json.log": won({ hash, time: at("10:00:59.700") }),
    },
    ["nothing-found"],
  ],
  [
    "C20",
    [won(), lost()],
    ["nothing-found", "other-application"],
    { applications: [{ id: "another-application", from: "" }] },
  ],
  ["C21", [won({ hash }), lost({ hash: "ffffffffff" })], ["insufficient", "refused-refresh"]],
  [
    "C21",
    [won({ hash: "[FILTERED]" }), lost({ hash: "[FILTERED]", time: at("12:00:00.000") })],
    ["insufficient", "refused-refresh"],
  ],
  ["C22", [won(), lost({ time: at("10:01:10.000") })], ["insufficient", "refused-refresh"]],
  ["C23", coarsePair(0.4, 0.2), ["race-likely", "strong", coarse]],
  ["C23", coarsePair(0.4, 0.2, hash), ["race-likely", "exact", coarse]],
  ["C23", coarsePair(10, 5), ["race-proven", "strong"]],
  [
    "C23",
    [coarsePair(0.4, 0.2)[0] ?? "", lost({ time: at("10:00:09.900"), seconds: 0.2 })],
    ["race-likely", "strong", coarse],
  ],
  [
    "C23",
    [withFields(without(won({ seconds: 3 }), "time"), { "@timestamp": at("10:00:20.500") }), lost()],
    ["race-likely", "strong", coarse],
  ],
  [
    "C24",
    ["web one", won({ seconds: 2 }), "web two", lost({ time: at("10:01:00.000") })],
    ["race-likely", "strong", parts],
  ],
  [
    "C24",
    [
      won({ seconds: 2 }),
      won({ time: at("12:00:00.000"), id: "next", hash: "ee" }),
      lost({ time: at("10:01:00.000") }),
    ],
    ["race-likely", "strong", parts],
  ],
  ["C23", [won({ seconds: 1 }), lost({ time: at("10:00:59.400"), seconds: 0 })], ["race-likely", "strong", coarse]],
  ["C24", ["web one", won(), lost()], ["race-proven", "strong"]],
  ["C25", addresses("::ffff:10.1.2.3", "10.1.2.3:50412"), ["race-likely", "strong", untied]],
  ["C25", addresses("2001:DB8:0:0::7", "[2001:db8::7]:443"), ["race-likely", "strong", untied]],
  ["C25", addresses("2001:db8::8", "2001:db8::7"), ["insufficient", "refused-refresh", "overlap-of-other-grants"]],
  ["C26", lossOf([won(nobody), lost(nobody)]), ["race-proven", "strong"], ours],
  ["C26", lossOf([won(nobody), lost(nobody)], tokenRevoked, "10:04:00"), ["race-proven", "strong"], ours],
  // The application is not known to be Terraform Enterprise's, or serves two connections of it.
  ["C27", lossOf([won(nobody), lost(nobody)]), ["race-likely", "strong", untied]],
  ["C27", lossOf([won(nobody), lost(nobody)]), ["race-likely", "strong", untied], shared],
  // Terraform Enterprise's log is not given, tells of something else, or of another time, or of the loss long before.
  ["C27", [won(nobody), lost(nobody)], ["race-likely", "strong", untied], ours],
  ["C27", lossOf([won(nobody), lost(nobody)], "502, message: Bad Gateway"), ["race-likely", "strong", untied], ours],
  ["C27", lossOf([won(nobody), lost(nobody)], grantInvalid, "10:20:00"), ["race-likely", "strong", untied], ours],
  [
    "C27",
    lossOf([won(nobody), lost(nobody)], grantInvalid, "09:30:00", "10:00:30"),
    ["race-likely", "strong", untied],
    ours,
  ],
  // There are signs of a second grant: refused before, granted together, from another address, for two users.
  [
    "C27",
    lossOf([lost({ ...nobody, time: at("09:00:00.000"), id: "before" }), won(nobody), lost(nobody)]),
    ["race-likely", "strong", untied],
    ours,
  ],
  [
    "C27",
    lossOf([won({ ...nobody, seconds: 70, id: "too" }), won(nobody), lost(nobody)]),
    ["race-likely", "strong", untied],
    ours,
  ],
  [
    "C27",
    lossOf([
      withFields(won({ ...nobody, time: at("12:00:00.000"), seconds: 1, id: "next" }), { remote_ip: "10.9.9.9" }),
      won(nobody),
      lost(nobody),
    ]),
    ["race-likely", "strong", untied],
    ours,
  ],
  [
    "C27",
    lossOf([
      won(nobody),
      lost({ user: "alice" }),
      won({ user: "bob", time: at("12:00:00.000"), seconds: 1, id: "next" }),
    ]),
    ["race-likely", "strong", untied],
    ours,
  ],
  // Nobody is named: what stands in a name's place ties nothing, and neither does one of the two alone.
  ...["[FILTERED]", "-", "***", "REDACTED", "anonymous", "xxxx", ""].map(
    (name): Row => ["C27", [won({ user: name }), lost({ user: name })], ["race-likely", "strong", untied]],
  ),
  ["C27", [won(), lost(nobody)], ["race-likely", "strong", untied]],
  [
    "C27",
    [withFields(won(nobody), { user_id: 0 }), withFields(lost(nobody), { user_id: 0 })],
    ["race-likely", "strong", untied],
  ],
  ["C28", [won({ hash }), lost({ hash, client: "another-application" })], ["insufficient", "refused-refresh"]],
  ["C1", [won({ hash }), lost({ hash, client: "" })], ["race-proven", "exact"]],
  [
    "C7",
    [withFields(won(nobody), { user_id: 7 }), withFields(lost(nobody), { user_id: 7 })],
    ["race-proven", "strong"],
  ],
];

for (const [row, inputs, expected, options = {}] of convicts) {
  test(row, async () => {
    expect(await judged(inputs, options)).toEqual(expected);
  });
}

const answer = (words: string) => tfe(`Server responded with code ${words}`);
const refused = { "production_json.log": `${lost()}\n` };
const error = { "atlas.log": text([tfe(grantInvalid)]) };
const revoked = { "atlas.log": text([tfe(tokenRevoked)]) };
const denied = { "atlas.log": text([answer("403, message: 403 Forbidden")]) };
const pat = (reason: string) => ({ "api_json.log": refusedApi(reason) });
const ban = (env: string) =>
  JSON.stringify({
    time: at("10:00:20.000"),
    message: "Rack_Attack",
    env,
    request_method: "POST",
    path: "/oauth/token",
  });
const failed = modern({ status: 502, time: at("10:00:10.000"), id: "failed" });

const explains: readonly Row[] = [
  ["X1", { "production_json.log": text([won(), lost()]), ...error }, ["race-proven", "strong"]],
  [
    "X2",
    { "production_json.log": lost({ status: 401 }), ...error },
    ["other-cause", "invalid-client", "error-grant-invalid"],
  ],
  [
    "X3",
    { "production_json.log": text([won({ hash }), lost({ hash, time: at("10:31:00.000") })]), ...revoked },
    ["other-cause", "stale-refresh-token", "error-token-revoked"],
  ],
  [
    "X4",
    { "production_json.log": text([failed, lost()]), ...error },
    ["other-cause", "lost-answer", "gitlab-failing", "error-grant-invalid"],
  ],
  [
    "X4",
    {
      "atlas.log": text([
        tfe("Net::ReadTimeout POST https://gitlab.example.com/oauth/token"),
        tfe(grantInvalid, "2024-05-01 10:05:00"),
      ]),
    },
    ["other-cause", "lost-answer", "gitlab-timed-out", "error-grant-invalid"],
  ],
  [
    "X4",
    {
      "atlas.log": text([
        tfe(grantInvalid),
        tfe("Net::ReadTimeout POST https://gitlab.example.com/oauth/token", "2024-05-01 10:05:00"),
      ]),
    },
    ["insufficient", "gitlab-timed-out", "error-grant-invalid"],
  ],
  [
    "X5",
    { "production_json.log": text([won({ hash }), lost({ hash, time: at("09:40:00.000") })]), ...error },
    ["other-cause", "refused-then-accepted", "error-grant-invalid"],
  ],
  ["X6", { ...pat("token_revoked"), ...revoked }, ["other-cause", "token-revoked", "error-token-revoked"]],
  [
    "X6",
    { ...pat("token_revoked"), ...revoked, ...refused },
    ["insufficient", "error-token-revoked", "refused-refresh", "token-of-others"],
  ],
  ["X6", { ...pat("token_revoked"), ...error }, ["insufficient", "error-grant-invalid", "token-of-others"]],
  ["X7", { ...pat("token_expired"), ...denied }, ["other-cause", "token-expired", "error-unauthorized"]],
  ["X7", { ...pat("insufficient_scope"), ...denied }, ["other-cause", "insufficient-scope", "error-unauthorized"]],
  [
    "X7",
    { ...pat("user_blocked"), ...denied, ...refused },
    ["insufficient", "error-unauthorized", "refused-refresh", "token-of-others"],
  ],
  [
    "X8",
    { "atlas.log": answer("403, message: You must accept the Terms of Service") },
    ["other-cause", "terms-not-accepted"],
  ],
  ["X8", { "atlas.log": answer("403, message: Your password expired.") }, ["other-cause", "password-expired"]],
  [
    "X8",
    { "atlas.log": text([answer("403, message: Your password expired."), tfe(grantInvalid)]) },
    ["insufficient", "password-expired", "error-grant-invalid"],
  ],
  ["X9", { "atlas.log": answer("429, message: Retry later") }, ["other-cause", "rate-limited"]],
  ["X9", { "atlas.log": answer("502, message: Bad Gateway") }, ["other-cause", "gitlab-failing"]],
  ["X9", { "atlas.log": answer("404, message: 404 Project Not Found") }, ["other-cause", "not-found"]],
  [
    "X9",
    { "atlas.log": answer("405, message: Non GET methods are not allowed for moved projects") },
    ["other-cause", "moved-project"],
  ],
  ["X9", { "atlas.log": answer("422, message: Invalid url given") }, ["other-cause", "webhook-refused"]],
  [
    "X9",
    { "atlas.log": text([answer("502, message: Bad Gateway"), tfe(grantInvalid)]) },
    ["insufficient", "gitlab-failing", "error-grant-invalid"],
  ],
  ...(
    [
      ["gitlab-timed-out", "Faraday::TimeoutError Net::ReadTimeout (gitlab.example.com)"],
      ["gitlab-timed-out", "Net::OpenTimeout: execution expired https://gitlab.example.com/api/v4/projects/7"],
      [
        "certificate-not-trusted",
        "SSL_connect returned=1 errno=0 state=error: certificate verify failed (self signed certificate) https://git.example.com/oauth/token",
      ],
      [
        "certificate-not-trusted",
        "Get https://gitlab.example.com/api/v4/user: x509: certificate signed by unknown authority",
      ],
      [
        "gitlab-not-reached",
        "Failed to open TCP connection to gitlab.example.com:443 (Connection refused - connect(2) for 10.2.3.4:443)",
      ],
      ["gitlab-not-reached", "Errno::ECONNRESET: Connection reset by peer https://gitlab.example.com/api/v4/user"],
      [
        "gitlab-name-not-found",
        "Failed to open TCP connection to gitlab.example.com:443 (getaddrinfo: Name or service not known)",
      ],
      [
        "gitlab-name-not-found",
        "fatal: unable to access 'https://gitlab.example.com/g/p.git/': Could not resolve host: gitlab.example.com",
      ],
    ] as const
  ).map(([cause, words]): Row => ["X9", { "atlas.log": tfe(words) }, ["other-cause", cause]]),
  ["X10", { "auth_json.log": ban("blocklist"), ...denied }, ["other-cause", "banned-address", "error-unauthorized"]],
  ["X11", pat("token_expired"), ["insufficient", "token-of-others"]],
  ["X11", { ...pat("token_expired"), ...refused }, ["insufficient", "refused-refresh", "token-of-others"]],
  ["X12", { "auth_json.log": ban("throttle") }, ["insufficient", "throttled"]],
  ["X12", { "auth_json.log": ban("throttle"), ...refused }, ["insufficient", "refused-refresh", "throttled"]],
  ["X12", { "auth_json.log": ban("blocklist") }, ["insufficient", "banned"]],
  ["X12", { "auth_json.log": ban("track") }, ["nothing-found"]],
  [
    "X12",
    { "api_json.log": without(refusedApi("", { status: 403 }), "meta.auth_fail_reason") },
    ["insufficient", "forbidden"],
  ],
  [
    "X12",
    { "api_json.log": without(refusedApi(""), "meta.auth_fail_reason") },
    ["insufficient", "unauthorized-requests"],
  ],
  ["X12", [lost({ grant: "authorization_code" })], ["insufficient", "grant-refused"]],
  ["X12", [lost({ grant: "password", status: 401 })], ["insufficient", "grant-refused"]],
  ["X12", [won({ grant: "authorization_code" })], ["nothing-found"]],
  ["X12", [lost({ status: 422 })], ["insufficient", "token-request-otherwise"]],
  ["X12", [lost({ status: 302 })], ["insufficient", "token-request-otherwise"]],
  ["X12", { "atlas.log": tfe("Net::ReadTimeout with #<TCPSocket:(closed)>") }, ["insufficient", "server-not-reached"]],
  [
    "X12",
    { "api_json.log": without(refusedApi("", { status: 429 }), "meta.auth_fail_reason") },
    ["insufficient", "throttled"],
  ],
  [
    "X13",
    {
      "production_json.log": text([
        modern({ status: 502, time: at("10:00:10.000"), id: "failed", client: "other" }),
        lost(),
      ]),
    },
    ["insufficient", "refused-refresh", "gitlab-failing-elsewhere"],
  ],
  [
    "X14",
    { "production_json.log": ordinary(at("10:00:00.000")), "other.log": '{"level":"error","msg":"invalid_grant"}' },
    ["nothing-found"],
  ],
  ["X14", { "atlas.log": tfe("Error connecting to Redis on 10.0.0.5:6379 (Connection refused)") }, ["nothing-found"]],
  [
    "X14",
    { "atlas.log": answer("401, message: Bad credentials. Request URI: https://api.github.com/repos/x/y") },
    ["nothing-found"],
  ],
  ["X15", [lost({ status: 403 })], ["other-cause", "token-request-forbidden"]],
  [
    "X15",
    { "production_json.log": lost({ status: 403 }), ...denied },
    ["other-cause", "token-request-forbidden", "error-unauthorized"],
  ],
  [
    "X16",
    [lost({ grant: "authorization_code", status: 401 })],
    ["other-cause", "authorization-refused"],
    { applications: [{ id: "5c1f5c1f", from: "" }] },
  ],
  [
    "X16",
    [lost({ grant: "authorization_code" })],
    ["nothing-found", "other-application"],
    { applications: [{ id: "another-application", from: "" }] },
  ],
];

for (const [row, inputs, expected, options = {}] of explains) {
  test(row, async () => {
    expect(await judged(inputs, options)).toEqual(expected);
  });
}

test("every row of the tables has a test, and every test a row", () => {
  const docs = readFileSync(join(__dirname, "../../docs/explanation/the-race.md"), "utf8");
  const rows = [...docs.matchAll(/^\| ([CX]\d+) \|/gm)].map(([, row]) => row);
  expect([...new Set([...convicts, ...explains].map(([row]) => row))].sort()).toEqual([...rows].sort());
});
