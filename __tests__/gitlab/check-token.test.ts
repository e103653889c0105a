import { checkToken } from "../../lib/gitlab/check-token";
import { type Gitlab, gitlab, type Reply } from "./support";

let server: Gitlab | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});
async function check(self: Reply, user: Reply = { status: 500 }) {
  server = await gitlab((path) => (path === "user" ? user : self));
  return checkToken(server.api);
}
const token = { name: "tfe", scopes: ["api"], active: true, revoked: false, expires_at: "2027-01-31" };

it.each<[string, Reply, unknown]>([
  ["with scope api", { body: token }, { type: "usable", expiresAt: "2027-01-31" }],
  [
    "of a service account, without an end",
    { body: { ...token, expires_at: null } },
    { type: "usable", expiresAt: null },
  ],
  [
    "that is revoked",
    { body: { ...token, active: false, revoked: true } },
    { type: "unusable", reason: "it is revoked" },
  ],
  ["that has expired", { body: { ...token, active: false } }, { type: "unusable", reason: "it has expired" }],
  [
    "with other scopes",
    { body: { ...token, scopes: ["read_api", "read_user"] } },
    { type: "unusable", reason: "it has the scopes read_api, read_user; TFE needs api to create webhooks" },
  ],
  ["that is fine-grained", { body: { ...token, scopes: ["granular"] } }, { type: "unknown", taken: true }],
  [
    "that GitLab does not know",
    { status: 401, body: { message: "401 Unauthorized" } },
    { type: "unusable", reason: "GitLab does not know it (401 Unauthorized)" },
  ],
  [
    "that was revoked",
    {
      status: 401,
      body: { error: "invalid_token", error_description: "Token was revoked. You have to re-authorize from the user." },
    },
    { type: "unusable", reason: "Token was revoked. You have to re-authorize from the user." },
  ],
  [
    "whose user is blocked",
    { status: 403, body: { message: "403 Forbidden - Your account has been blocked." } },
    { type: "unusable", reason: "GitLab refuses its user: 403 Forbidden - Your account has been blocked." },
  ],
  [
    "whose user GitLab wants something new of",
    { status: 403, body: { message: "403 Forbidden - Your enterprise wants a hardware key." } },
    { type: "unusable", reason: "GitLab refuses its user: 403 Forbidden - Your enterprise wants a hardware key." },
  ],
  [
    "whose scopes do not reach",
    {
      status: 403,
      body: { error: "insufficient_scope", error_description: "The request requires higher privileges.", scope: "api" },
    },
    {
      type: "unusable",
      reason: "its scopes do not reach (The request requires higher privileges.)",
      todo: "create a token with scope api",
    },
  ],
  [
    "that is fine-grained and may not look at itself",
    { status: 403, body: { error: "insufficient_granular_scope", error_description: "Access denied: it lacks more." } },
    { type: "unknown", taken: true, reason: expect.stringContaining("(Access denied: it lacks more.)") },
  ],
  ...[
    "Missing Authentication Token",
    "No API key found in request",
    "User is not authorized to access this resource with an explicit deny",
    "Invalid authentication credentials",
  ].map((message): [string, Reply, unknown] => [
    `behind a gateway that says "${message}"`,
    { status: message.startsWith("No") ? 401 : 403, body: { message } },
    { type: "unknown", taken: false },
  ]),
  [
    "behind a gateway that calls it an error",
    { status: 401, body: { error: "Authorization field missing" } },
    { type: "unknown", taken: false },
  ],
  ["of which a fault is told", { status: 401, body: { fault: { faultstring: "Invalid" } } }, { type: "unknown" }],
  ["that an array is about", { body: [token] }, { type: "unknown", taken: false }],
  ["that nothing is about", { body: "null" }, { type: "unknown", taken: false }],
  ["behind a proxy that refuses", { status: 403, body: "<html>" }, { type: "unknown", taken: false }],
  ["behind a login page", { body: "<html>" }, { type: "unknown", taken: false }],
  ["whose answer is another's", { body: { scopes: "api" } }, { type: "unknown", taken: false }],
])("judges a token %s", async (_, reply, verdict) => {
  expect(await check(reply)).toMatchObject(Object(verdict));
});

it("asks a GitLab before 15.5 for the token's user", async () => {
  const none: Reply = { status: 404, body: { error: "404 Not Found" } };
  expect(await check(none, { body: { id: 7, username: "tfe-bot" } })).toMatchObject({
    type: "unknown",
    taken: true,
    reason: expect.stringContaining("tfe-bot"),
  });
  await server?.close();
  expect(await check(none, { status: 401, body: { message: "401 Unauthorized" } })).toMatchObject({ type: "unusable" });
  await server?.close();
  expect(await check(none, { body: "<html>" })).toMatchObject({ type: "unknown", taken: false });
});
