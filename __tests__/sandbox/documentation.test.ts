import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gitlabRoutes } from "../../sandbox/gitlab";
import { routes } from "../../sandbox/tfe/routes";

const text = readFileSync(join(__dirname, "..", "..", "docs", "sandbox.md"), "utf8");
/** `GET /projects/:id`, of the tables of addresses: Terraform Enterprise's, then GitLab's. */
const [tfe = [], gitlab = []] = [...text.matchAll(/```text\n([^`]*)```/g)].map(([, table = ""]) =>
  table
    .trimEnd()
    .split("\n")
    .flatMap((line) => {
      const [path = "", ...methods] = line.split(/\s+/).reverse();
      return methods.map((method) => `${method} ${path}`);
    }),
);

it("names every address of Terraform Enterprise, and none that is not there", () => {
  expect([...tfe].sort()).toEqual(routes.map(({ method, path }) => `${method} ${path.replace("/api/v2", "")}`).sort());
});

it("names every address of GitLab, and none that is not there", () => {
  const found = gitlabRoutes.map(({ method, path }) => {
    const named = gitlab.filter((line) => {
      const [documented, address = ""] = line.split(" ");
      return documented === method && path.test(address.slice(1).replaceAll(/:\w+/g, "7"));
    });
    return named.length === 1 ? named[0] : `${method} ${path}: named ${named.length} times`;
  });
  expect([...gitlab].sort()).toEqual(found.sort());
});

it.each(["authorized-repos", "Reauthorize", "connect-path", "state.reauthorization", "state.authorizedRepos"])(
  "tells of %s",
  (word) => {
    expect(text).toContain(word);
  },
);
