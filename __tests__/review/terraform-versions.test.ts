import { entry, fixture, found, reviewOf } from "./support";

/** Plans of an older Terraform, judged by themselves. */
it("understands the plans of Terraform 1.8", () => {
  const review = reviewOf(fixture("repoint-1.8"));
  expect(found(review)).toEqual([]);
  expect(review).toMatchObject({
    verdict: "pass",
    plan: { terraformVersion: "1.8.5-dev" },
    summary: { repointed: 10, import: 10, create: 1 },
  });
  const forgotten = reviewOf(fixture("forget-1.8"));
  expect(forgotten).toMatchObject({ verdict: "fail", summary: { forget: 10, delete: 0 } });
  expect(new Set(found(forgotten).map((line) => line.split(" ")[0]))).toEqual(new Set(["nothing-forgotten"]));
});

it("refuses the same mutations in the plans of Terraform 1.8", () => {
  const base = fixture("repoint-1.8");
  const addresses: string[] = base.resource_changes
    .filter(
      (resource: { type: string; mode: string }) => resource.mode === "managed" && resource.type !== "tfe_oauth_client",
    )
    .map(({ address }: { address: string }) => address);
  const mutations: Readonly<Record<string, (change: Record<string, unknown>) => void>> = {
    "nothing-destroyed": (change) => Object.assign(change, { actions: ["delete"], after: null }),
    "nothing-replaced": (change) => Object.assign(change, { actions: ["delete", "create"] }),
    "nothing-forgotten": (change) => Object.assign(change, { actions: ["forget"], after: null }),
    "token-only": (change) => Object.assign(change, { after: { ...Object(change.after), name: "renamed" } }),
  };
  for (const address of addresses) {
    for (const [rule, mutate] of Object.entries(mutations)) {
      const document = fixture("repoint-1.8");
      mutate(entry(document, address).change);
      const review = reviewOf(document);
      expect([address, review.verdict]).toEqual([address, "fail"]);
      expect(found(review).join("\n")).toContain(rule);
    }
  }
});
