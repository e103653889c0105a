import { checkDeliveries, type Delivery } from "../../lib/commands/verify/check-deliveries";
import { type Gitlab, gitlab, type Reply } from "../gitlab/support";
import { vcsRepo, workspace } from "../migration/fixtures";

const address = (number: number) => `https://tfe.example.com/webhooks/vcs/${number}`;
let server: Gitlab | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Workspaces of one project; the webhook of each has its number. */
async function check(count: number, answer: (path: string) => Reply, resend: boolean): Promise<readonly Delivery[]> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const hooks = { body: numbers.map((id) => ({ id, url: address(id) })) };
  server = await gitlab((path) => (/hooks\?/.test(path) ? hooks : answer(path)));
  const resources = numbers.map((number) => ({
    ...workspace(number),
    vcsRepo: { ...vcsRepo("ot"), identifier: "g/p" },
  }));
  const webhookUrls = new Map(resources.map(({ id }, index) => [id, address(index + 1)]));
  return checkDeliveries(server.api, { resources, webhookUrls, resend, onProgress: () => {} });
}

const event = (id: number, status: unknown, trigger = "push_hooks") => ({ id, trigger, response_status: status });
const events = (...body: readonly unknown[]): Reply => ({ body });

it.each<[string, Reply, string, string]>([
  [
    "the newest push, whatever else came later",
    events(event(9, "500", "merge_request_hooks"), event(3, "200"), event(2, "500")),
    "taken",
    "200",
  ],
  ["the newest push, in whatever order they come", events(event(2, "200"), event(3, "502")), "refused", "502"],
  ["a status that is a number", events(event(1, 204)), "taken", "204"],
  ["a redirect, which GitLab does not follow", events(event(1, "302")), "refused", "302"],
  ["no answer", events(event(1, "internal error")), "lost", "internal error"],
  ["no status", events(event(1, null)), "lost", "no answer"],
  ["other events alone", events(event(1, "200", "tag_push_hooks")), "none", ""],
  [
    "no route for it",
    { status: 404, body: { error: "404 Not Found" } },
    "unknown",
    "GitLab shows no deliveries (it does from 17.3 on)",
  ],
  [
    "a refusal",
    { status: 403, body: { message: "403 Forbidden" } },
    "unknown",
    "GitLab refused with 403: 403 Forbidden",
  ],
  [
    "a login page",
    { body: "<html>" },
    "unknown",
    "this is not an answer of GitLab's API: 200 with HTML (a login page or a proxy?)",
  ],
  ["an object", { body: {} }, "unknown", expect.stringContaining("this is not an answer of GitLab's API")],
  ["nobody", { drop: true }, "unknown", expect.stringContaining("GitLab cannot be reached")],
])("understands %s", async (_name, reply, result, status) => {
  expect(await check(1, () => reply, false)).toMatchObject([{ result, status, webhook: 1, resent: false }]);
});

it.each<[string, Reply, Partial<Delivery>]>([
  [
    "is taken",
    { status: 201, body: { response_status: 200 } },
    { result: "taken", status: "200", resent: true, notResent: null },
  ],
  ["fails again", { status: 201, body: { response_status: 500 } }, { result: "refused", status: "500", resent: true }],
  [
    "cannot be sent",
    { status: 404, body: { error: "404 Not Found" } },
    { result: "refused", resent: false, notResent: "it can from 17.4 on" },
  ],
  [
    "may not be sent",
    { status: 422, body: { message: "The hook URL has changed. This log entry cannot be retried." } },
    { resent: false, notResent: expect.stringContaining("has changed") },
  ],
  [
    "is lost",
    { drop: true },
    { result: "refused", resent: false, notResent: expect.stringContaining("whether it was is unknown") },
  ],
])("resends once what %s", async (_name, reply, expected) => {
  const answer = (path: string) => (path.endsWith("/resend") ? reply : events(event(7, "500")));
  expect(await check(1, answer, true)).toMatchObject([expected]);
  expect(server?.asked.filter(({ path }) => path.endsWith("/resend"))).toEqual([
    expect.objectContaining({ path: "projects/g%2Fp/hooks/1/events/7/resend" }),
  ]);
});

it("resends five of a project, those that failed first", async () => {
  const answer = (path: string) =>
    path.endsWith("/resend")
      ? { status: 201, body: { response_status: 200 } }
      : events(event(1, /hooks\/[78]\//.test(path) ? "500" : "200"));
  const found = await check(9, answer, true);
  expect(found.filter(({ resent }) => resent).map(({ webhook }) => webhook)).toEqual([1, 2, 3, 7, 8]);
});
