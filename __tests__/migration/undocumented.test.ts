import { durationsAtStake } from "../../lib/migration/undocumented";
import { inventory, settings, workspace } from "./fixtures";

it("names the workspaces of a plan whose own auto-destroy duration is not sent with an update", () => {
  const at = "2100-01-01T00:00:00Z";
  const record = (id: string, changes: Partial<typeof settings>) => ({
    ...workspace(1),
    id,
    name: id,
    kind: "workspace" as const,
    settings: { ...settings, ...changes },
  });
  const all = inventory([
    record("ws-own", { autoDestroyActivityDuration: "3d" }),
    record("ws-not-in-the-plan", { autoDestroyActivityDuration: "3d" }),
    record("ws-both", { autoDestroyActivityDuration: "3d", autoDestroyAt: at }),
    record("ws-of-the-project", { autoDestroyActivityDuration: "3d", inheritsProjectAutoDestroy: true }),
    record("ws-time", { autoDestroyAt: at }),
    record("ws-none", {}),
  ]);
  const ids = new Set(all.attachments.map(({ id }) => id).filter((id) => id !== "ws-not-in-the-plan"));
  expect(durationsAtStake(all, ids)).toEqual([{ id: "ws-own", name: "ws-own" }]);
});
