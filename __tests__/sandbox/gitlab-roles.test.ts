import { type Sandbox, startSandbox } from "../../sandbox";
import { gitlabCaller } from "./gitlab-support";

let sandbox: Sandbox;
let call: ReturnType<typeof gitlabCaller>;
beforeEach(async () => {
  sandbox = await startSandbox({});
  call = gitlabCaller(sandbox);
});
afterEach(() => sandbox.close());

const hooks = async (path: string) => (await call("GET", `projects/${encodeURIComponent(path)}/hooks`)).status;

it.each<[string, (state: Sandbox["gitlabState"]) => unknown, unknown]>([
  ["the project", (state) => state.project("org/team/app").members.set(7, 40), { project: 40, group: null }],
  ["its group", (state) => state.membersOf("org/team").set(7, 40), { project: null, group: 40 }],
  ["a group above that", (state) => state.membersOf("org").set(7, 50), { project: null, group: 50 }],
  [
    "a group that its group is shared with",
    (state) => [state.shares.set("org/team", new Map([["ops", 40]])), state.membersOf("ops").set(7, 50)],
    { project: null, group: 40 },
  ],
  // GitLab leaves it out of `permissions`.
  [
    "a group that it is shared with",
    (state) => [state.project("org/team/app").sharedWith.set("ops", 40), state.membersOf("ops").set(7, 40)],
    { project: null, group: null },
  ],
])("comes from %s", async (_, give, permissions) => {
  sandbox.gitlabState.addProject("org/team/app", 0);
  expect(await hooks("org/team/app")).toBe(404);
  give(sandbox.gitlabState);
  expect(await hooks("org/team/app")).toBe(200);
  const { body } = await call("GET", "projects/org%2Fteam%2Fapp");
  const { project_access: project, group_access: group } = Object(body.permissions);
  expect({ project: project?.access_level ?? null, group: group?.access_level ?? null }).toEqual(permissions);
  const { body: found } = await call("GET", "personal_access_tokens/self/associations?min_access_level=40");
  expect(found.projects?.map(({ path_with_namespace: path }) => path)).toEqual(["org/team/app"]);
});

it("is no more than what a group is invited with", async () => {
  const project = sandbox.gitlabState.addProject("org/app", 0);
  project.sharedWith.set("ops", 30);
  sandbox.gitlabState.membersOf("ops").set(7, 50);
  expect(await hooks("org/app")).toBe(403);
});

it("is everything for an administrator, whom no list tells of", async () => {
  sandbox.gitlabState.addProject("org/app").members.clear();
  const { token } = sandbox.gitlabState.createToken({ userId: 5 });
  expect((await call("GET", "projects/org%2Fapp/hooks", undefined, token)).status).toBe(200);
  expect((await call("GET", "projects?min_access_level=40", undefined, token)).body).toEqual([]);
});

it("tells which groups and projects a token reaches, page by page alike", async () => {
  const { gitlabState } = sandbox;
  gitlabState.membersOf("org").set(7, 40);
  for (let index = 0; index < 25; index += 1) gitlabState.addProject(`org/g${index % 2}/app-${index}`, 0);
  gitlabState.addProject("other/app", 30);
  const page = async (number: number) => {
    const query = `min_access_level=40&per_page=20&page=${number}`;
    const { body, headers } = await call("GET", `personal_access_tokens/self/associations?${query}`);
    const groups = body.groups?.map(({ web_url: url, access_levels: level }) => [
      url?.replace(sandbox.gitlab.url, ""),
      Number(level),
    ]);
    return { groups, projects: body.projects?.length, total: headers.get("x-total"), next: headers.get("x-next-page") };
  };
  expect(await page(1)).toEqual({
    groups: [
      ["/groups/org", 40],
      ["/groups/org/g0", 40],
      ["/groups/org/g1", 40],
    ],
    projects: 20,
    total: "25",
    next: "2",
  });
  expect(await page(2)).toEqual({ groups: [], projects: 5, total: "25", next: "" });
  const { status, body } = await call("GET", "personal_access_tokens/self/associations?min_access_level=41");
  expect([status, body]).toEqual([400, { error: "min_access_level does not have a valid value" }]);
});

it("shows a group to its members, by path and id", async () => {
  sandbox.gitlabState.addProject("org/team/app");
  sandbox.gitlabState.membersOf("org").set(7, 30);
  const { body } = await call("GET", "groups/ORG%2Fteam");
  expect(body).toMatchObject({ full_path: "org/team", parent_id: sandbox.gitlabState.groupId("org") });
  expect((await call("GET", `groups/${body.id}`)).body).toEqual(body);
  expect((await call("GET", "groups/org%2Fteam/members/all")).body).toMatchObject([{ id: 7, access_level: 30 }]);
  expect(await call("GET", "groups/elsewhere")).toMatchObject({
    status: 404,
    body: { message: "404 Group Not Found" },
  });
});

it("lists projects that are archived apart", async () => {
  sandbox.gitlabState.addProject("org/old").archived = true;
  sandbox.gitlabState.addProject("org/app");
  const paths = async (query: string) =>
    (await call("GET", `projects?${query}`)).body.map(({ path_with_namespace: path }) => path);
  expect(await paths("archived=true&min_access_level=40&simple=true")).toEqual(["org/old"]);
  expect(await paths("archived=false")).toEqual(["org/app"]);
  expect((await call("GET", "projects?simple=true")).body.map(({ archived }) => archived)).toEqual([
    undefined,
    undefined,
  ]);
});

it("tells a person from the others", async () => {
  const { gitlabState } = sandbox;
  const who = async (token?: string) => {
    const { body } = await call("GET", "user", undefined, token);
    return [body.username, body.bot];
  };
  const person = gitlabState.addUser("jane");
  expect(await who()).toEqual(["sandbox-bot", true]);
  expect(await who(gitlabState.createToken({ userId: person.id }).token)).toEqual(["jane", false]);
});
