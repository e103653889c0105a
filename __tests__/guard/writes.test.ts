import { type Fleet, repoint, startFleet, writesOf } from "./fleet";
import { closeGuards, guarded, refusalOf, upstreamOf } from "./support";

let fleet: Fleet;

beforeEach(async () => {
  fleet = await startFleet({ fleet: 20 });
});
afterEach(async () => {
  await closeGuards();
  await fleet.sandbox.close();
});

const workspaces = () => fleet.links.filter(({ kind }) => kind === "workspace");
const start = (options = {}) =>
  guarded({
    upstream: upstreamOf(fleet.sandbox),
    expectation: fleet.expectation,
    ...options,
  });

test.each([true, false])(
  "re-points workspaces with nothing but the token in each body (reading ahead: %s)",
  async (readAhead) => {
    const behind = await start({ readAhead });
    const done = await Promise.all(workspaces().map(({ id }) => repoint(behind, id, fleet.token)));
    expect(done.map(({ patched }) => patched.status)).toEqual(workspaces().map(() => 200));
    for (const { before, after } of done) {
      const expected = structuredClone(before.body) as unknown as {
        data: {
          attributes: { "vcs-repo": Record<string, unknown> } & Record<string, unknown>;
        };
      };
      expected.data.attributes["vcs-repo"]["oauth-token-id"] = fleet.token;
      const shown = after.body.data?.attributes as unknown as Record<string, unknown>;
      for (const name of ["updated-at", "latest-change-at"]) expected.data.attributes[name] = shown[name];
      expect(after.body).toEqual(expected);
    }
    expect(writesOf(fleet.sandbox).map(([, , body]) => body.data.attributes)).toEqual(
      workspaces().map(() => ({
        "vcs-repo": { "oauth-token-id": fleet.token },
      })),
    );
    expect(behind.events.map(({ type }) => type)).toEqual(workspaces().map(() => "written"));
  },
);

test("what was changed since the review is left, and the run goes on", async () => {
  const behind = await start({ readAhead: true });
  const [first, second] = workspaces();
  const workspace = fleet.sandbox.state.workspaces.get(first?.id ?? "");
  if (workspace) workspace.attributes["working-directory"] = "changed/by/hand";
  const { patched } = await repoint(behind, first?.id ?? "", fleet.token);
  expect(refusalOf(patched)).toMatchInlineSnapshot(`
    [
      403,
      "Repoint's guard: left for the next plan",
      "k8s_prod_1 was not changed, because it is no longer as it was when it was reviewed: workingDirectory: "dir with space" → "changed/by/hand". Nothing was sent; the next plan includes it.",
    ]
  `);
  expect((await repoint(behind, second?.id ?? "", fleet.token)).patched.status).toBe(200);
  expect(writesOf(fleet.sandbox)).toHaveLength(1);
  expect(behind.events.map(({ type }) => type)).toEqual(["left", "written"]);
});
