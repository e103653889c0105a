/** The layering of docs/architecture.md: three rings, the core imports no edge. */
/** The inventory's schema and how two readings merge are facts; reading one is an edge. */
const edges = "^lib/((http|tfe|gitlab|terraform|files|cli|commands)/|inventory/(?!(schema|merge)\\.ts$))";
module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "constructs-know-types-only",
      comment: "A construct is given its data; it reads nothing.",
      severity: "error",
      from: { path: "^lib/constructs/" },
      to: { path: "^lib/(?!constructs/|kinds/|migration/|inventory/schema|errors|util/)" },
    },
    {
      name: "kinds-are-pure",
      comment: "What tells one kind from the others: data, and functions of JSON:API objects.",
      severity: "error",
      from: { path: "^lib/kinds/" },
      to: {
        path: "^lib/(?!kinds/|tfe/(attributes|resource)|errors|util/)|^(node:)?(fs|child_process|http|https|net)(/|$)",
      },
    },
    {
      name: "core-imports-no-edge",
      comment: "migration, review, diagnose and the report writers decide; clients, files and processes are passed in.",
      severity: "error",
      from: {
        path: "^lib/(migration|organization/(?!(load|read-all)\\.ts)|review|report|util)/|^lib/inventory/(schema|merge)\\.ts$",
      },
      to: { path: `${edges}|^(node:)?(fs|child_process|http|https|net)(/|$)` },
    },
    {
      name: "diagnose-imports-no-edge",
      severity: "error",
      from: { path: "^lib/diagnose/" },
      to: { path: edges },
    },
    {
      name: "guard-decides-alone",
      comment: "What the guard decides is a function of what it is given: its server is not.",
      severity: "error",
      from: {
        path: "^lib/guard/(decide|connection-writes|narrow|changed|known|expect-writes|read-document|same-value|self-html|rules|ruling|circumstances|expectation)\\.ts$",
      },
      to: {
        path: "^lib/(http|gitlab|terraform|cli|commands)/|^lib/guard/(server|service|upstream|writes|reads|read-ahead|judge|pass-on|pause|receive|answer|forwarded|options)\\.ts$|^(node:)?(fs|child_process|http|https|net)(/|$)",
      },
    },
    {
      name: "only-commands-know-commands",
      severity: "error",
      from: { path: "^lib/(?!(cli|commands)/)" },
      to: { path: "^lib/(cli|commands)/" },
    },
    {
      name: "organization-knows-no-migration",
      comment: "The organization file says what is wanted; what follows from it is decided in migration.",
      severity: "error",
      from: { path: "^lib/organization/" },
      to: { path: "^lib/(migration|review|report|constructs|guard)/" },
    },
    {
      name: "clients-know-no-core",
      severity: "error",
      from: { path: "^lib/(http|tfe|gitlab|terraform)/" },
      to: { path: "^lib/(?!http/|tfe/|gitlab/|terraform/|errors|util/|files/(read-file|make-folder))" },
    },
    {
      name: "endpoints-by-name",
      comment: "What TFE is asked stands in lib/tfe/api.ts.",
      severity: "error",
      from: { path: "^lib/", pathNot: "^lib/tfe/api\\.ts$" },
      to: { path: "^lib/tfe/json-api\\.ts$" },
    },
    {
      name: "sandbox-is-independent",
      comment: "One misunderstanding must not hide in both.",
      severity: "error",
      from: { path: "^sandbox/" },
      to: { path: "^lib/" },
    },
    {
      name: "lib-does-not-know-the-sandbox",
      comment: "But for the commands that start it (docs/decisions/0002).",
      severity: "error",
      from: { path: "^lib/", pathNot: "^lib/commands/(sandbox|demo|race)" },
      to: { path: "^sandbox/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
