import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where paths below the APIs' roots may stand; how a request of any path is sent and read is in the client and json-api. */
const HOMES = /^lib\/(tfe\/(api|client|json-api)|gitlab\/api|kinds\/.*|guard\/.*)\.ts$/;

const ROOTS = [
  ...["organizations", "workspaces", "policy-sets", "registry-modules", "registry-components", "stacks", "runs"],
  ...["oauth-clients", "oauth-tokens", "projects", "personal_access_tokens"],
];
/** A text that begins with an API's path, or a request by its method. Files are called `organizations/ORG.yaml`. */
const ENDPOINT = new RegExp(
  `(["'\`])/?(?:${ROOTS.join("|")})/(?![^"'\`]*\\.yaml)[^"'\`]+\\1|\\.(?:send|expect)\\(\\s*"[A-Z]+"`,
);

const endpointsIn = (source: string) =>
  source.split("\n").filter((line) => !/^\s*(\*|\/[*/])/.test(line) && ENDPOINT.test(line));

it.each(["read(client, `oauth-tokens/$" + "{id}`)", 'client.get("projects/1")', 'client.send("GET", path)'])(
  "knows an endpoint: %s",
  (line) => expect(endpointsIn(line)).toEqual([line]),
);

it("asks TFE and GitLab by their endpoints' names alone", () => {
  const files = readdirSync("lib", { recursive: true, encoding: "utf8" })
    .map((file) => join("lib", file))
    .filter((file) => file.endsWith(".ts") && !HOMES.test(file));
  const found = files.flatMap((file) => endpointsIn(readFileSync(file, "utf8")).map((line) => `${file}: ${line}`));
  expect(files.length).toBeGreaterThan(100);
  expect(found).toEqual([]);
});
