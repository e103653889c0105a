import { notImportable, type StateFacts, stateWay } from "../../lib/guard/state-way";

const FACTS: StateFacts = {
  workspace: "default",
  extraArguments: "",
  otherFiles: [],
  fixedFile: undefined,
  holder: undefined,
  notImportable: ["tfe_oauth_client.gitlab_pat"],
  held: new Set(["tfe_oauth_client.gitlab_pat", "tfe_workspace.app"]),
};

it.each<[string, Partial<StateFacts>, string]>([
  ["the connection is in the state", {}, "served"],
  ["the connection is made elsewhere", { notImportable: [] }, "served"],
  [
    "the state is none yet",
    { held: new Set() },
    "this run creates objects that Terraform cannot import: tfe_oauth_client.gitlab_pat",
  ],
  [
    "a project is linked anew",
    { notImportable: ["tfe_oauth_client.gitlab_pat", "tfe_project_oauth_client.gitlab_pat_prj_1"] },
    "this run creates objects that Terraform cannot import: tfe_project_oauth_client.gitlab_pat_prj_1",
  ],
  ["another workspace is selected", { workspace: "stage" }, "Terraform's workspace is stage"],
  [
    "Terraform gets a state's path",
    { extraArguments: "-no-color -state=x" },
    "TF_CLI_ARGS contains an option for the state",
  ],
  [
    "Terraform gets a backend's settings",
    { extraArguments: "-backend-config=path=x" },
    "TF_CLI_ARGS contains an option for the state",
  ],
  ["arguments say nothing of the state", { extraArguments: "-no-color -lock-timeout=5m" }, "served"],
  ["the user has added a file", { otherFiles: ["override.tf"] }, "the stack's folder contains override.tf"],
  ["the file is a device", { fixedFile: "/dev/x is not a regular file" }, "/dev/x is not a regular file"],
  ["somebody holds it", { holder: "apply by ann" }, "the state is locked: apply by ann"],
])("where %s", (_, facts, expected) => {
  const way = stateWay({ ...FACTS, ...facts });
  expect(way.type === "served" ? "served" : way.reason).toBe(expected);
});

it("knows what of a connection cannot be imported", () => {
  const projectIds = ["prj-1", "prj-2"];
  expect(notImportable({ type: "existing", id: "oc-1", address: "elsewhere", links: [] })).toEqual([]);
  expect(notImportable({ type: "existing", id: "oc-1", address: "a", links: projectIds })).toEqual([
    "tfe_project_oauth_client.a_prj_1",
    "tfe_project_oauth_client.a_prj_2",
  ]);
  const made = {
    type: "create",
    address: "gitlab_pat",
    name: "GitLab (PAT)",
    serviceProvider: "gitlab_hosted",
    httpUrl: "https://gitlab.com",
    apiUrl: "https://gitlab.com/api/v4",
    organizationScoped: false,
    projectIds,
    agentPoolId: undefined,
    tokenVariable: "gitlab_pat",
  } as const;
  expect(notImportable(made)).toEqual([
    "tfe_oauth_client.gitlab_pat",
    "tfe_project_oauth_client.gitlab_pat_prj_1",
    "tfe_project_oauth_client.gitlab_pat_prj_2",
  ]);
});
