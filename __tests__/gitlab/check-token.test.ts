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
    { type: "unusable", reason: "it has the scopes read_api, read_user; TFE needs api, to make webhooks" },
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
