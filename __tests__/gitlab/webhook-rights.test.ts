import { refusedIn, webhookRights } from "../../lib/gitlab/webhook-rights";
import { type Gitlab, gitlab, type Reply } from "./support";

let server: Gitlab | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const may: Reply = { body: [] };
const hidden: Reply = { status: 404, body: { message: "404 Project Not Found" } };

async function ask(projects: readonly string[], answer: (path: string) => Reply) {
  server = await gitlab((path) => answer(decodeURIComponent(path)));
  const rights = await webhookRights(server.api, projects);
  return [...rights].map(([project, found]) => [
    project,
    found.type === "may" ? "may" : `${found.type}: ${found.reason}`,
  ]);
}
const asked = () => (server?.asked ?? []).map(({ path }) => decodeURIComponent(path));
const names = Array.from({ length: 200 }, (_, index) => `g/p${index}`);
/** A list in pages, as far as it is asked for. */
const listed = (paths: readonly string[], path: string): Reply => {
  const page = Number(new URLSearchParams(path.split("?")[1]).get("page"));
  const projects = paths.map((name, index) => ({ id: index + 1, path_with_namespace: name }));
  const more = page * 100 < projects.length;
  return {
    body: projects.slice((page - 1) * 100, page * 100),
    headers: { "x-next-page": more ? String(page + 1) : "" },
  };
};

it.each<[string, Reply, string]>([
  ["a Maintainer", may, "may"],
  [
    "a Developer",
    { status: 403, body: { message: "403 Forbidden" } },
    "may-not: the token's user may not see webhooks in GitLab (403 Forbidden), so TFE cannot create them",
  ],
  [
    "nobody there",
    hidden,
    "may-not: the token's user cannot see it in GitLab (404 Project Not Found), so TFE cannot create webhooks",
  ],
  [
    "who must do something first",
    { status: 403, body: { message: "403 Forbidden - You must sign in to the group again" } },
    "may-not: GitLab refuses the token's user (403 Forbidden - You must sign in to the group again), so TFE cannot create webhooks",
  ],
  [
    "behind a route that is none",
    { status: 404, body: { error: "404 Not Found" } },
    "unknown: GitLab refused with 404: 404 Not Found",
  ],
  [
    "behind a login page",
    { body: "<html>" },
    "unknown: this is not an answer of GitLab's API: 200 with HTML (a login page or a proxy?)",
  ],
  [
    "behind something else",
    { body: { projects: [] } },
    "unknown: this is not an answer of GitLab's API: 200 with JSON that differs from GitLab's documentation (Invalid input: expected array, received object)",
  ],
])("tells of one project whether the token's user is %s", async (_, reply, found) => {
  expect(await ask(["g/a", "g/a", "../../admin"], () => reply)).toEqual([["g/a", found]]);
  expect(asked()).toEqual(["projects/g/a/hooks?per_page=100&page=1"]);
});

it("asks for many with one list, and for what it does not name one by one", async () => {
  const maintained = names.slice(2).map((name) => name.toUpperCase());
  const found = await ask(names, (path) => {
    if (path.startsWith("projects?")) return listed(maintained, path);
    // An old path, which the list does not know.
    if (path.startsWith("projects/g/p0/")) return { status: 301, headers: { location: "/api/v4/projects/7/hooks" } };
    return path.startsWith("projects/7/") ? may : hidden;
  });
  expect(found.filter(([, rights]) => rights !== "may")).toEqual([
    [
      "g/p1",
      "may-not: the token's user cannot see it in GitLab (404 Project Not Found), so TFE cannot create webhooks",
    ],
  ]);
  expect(found).toHaveLength(200);
  expect(asked().sort()).toEqual([
    "projects/7/hooks",
    "projects/g/p0/hooks?per_page=100&page=1",
    "projects/g/p1/hooks?per_page=100&page=1",
    "projects?min_access_level=40&simple=true&per_page=100&page=1",
    "projects?min_access_level=40&simple=true&per_page=100&page=2",
  ]);
});

it("asks one by one where there is no such list", async () => {
  const found = await ask(names.slice(0, 12), (path) => (path.startsWith("projects?") ? { body: "<html>" } : may));
  expect(found.every(([, rights]) => rights === "may")).toBe(true);
  expect(asked()).toHaveLength(13);
});

it.each([2, 200])("knows nothing of %i projects when nobody answers, and asks no further", async (number) => {
  const found = await ask(names.slice(0, number), () => ({ drop: true }));
  expect(new Set(found.map(([, rights]) => rights))).toEqual(
    new Set(["unknown: GitLab cannot be reached: the connection failed: other side closed"]),
  );
  expect(found).toHaveLength(number);
  expect(asked().length).toBeLessThanOrEqual(2 * 4);
});

it("says the same once for all projects, each with what to do", async () => {
  server = await gitlab((path) =>
    decodeURIComponent(path).startsWith("projects/g/p3/")
      ? { status: 403, body: { message: "403 Forbidden - Your password expired" } }
      : hidden,
  );
  expect(refusedIn(await webhookRights(server.api, names.slice(0, 6)))).toEqual([
    {
      message:
        "g/p0, g/p1, g/p2 and 2 more: the token's user cannot see it in GitLab (404 Project Not Found), so TFE cannot create webhooks",
      todo: "give the token's user the role Maintainer there; if the project was deleted, unlink or leave out what uses it",
    },
    {
      message:
        "g/p3: GitLab refuses the token's user (403 Forbidden - Your password expired), so TFE cannot create webhooks",
      todo: "do what GitLab asks for, or ask an administrator",
    },
  ]);
});
