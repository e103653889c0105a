import { judgeSave, type Snapshot } from "../../lib/guard/judge-save";

const whole = (serial: number, lineage = "one", sha256 = `${lineage}-${serial}`): Snapshot => ({
  sha256,
  state: { type: "whole", bytes: 1, lineage, serial },
});
const none: Snapshot = { sha256: "none", state: { type: "absent" } };
const empty: Snapshot = { sha256: "none", state: { type: "empty" } };
const broken: Snapshot = { sha256: "half", state: { type: "broken", bytes: 9 } };

it.each<[string, Snapshot, Snapshot, string | undefined, string]>([
  ["the first state", whole(1), none, "none", "save"],
  ["the first state, where a lock made an empty file", whole(1), empty, "none", "save"],
  ["the next state", whole(8), whole(7), "one-7", "save"],
  ["a state, where nothing was read before", whole(8), whole(7), undefined, "save"],
  ["a state sent again", whole(7), whole(7), "one-6", "same"],
  ["an older state", whole(6), whole(7), "one-7", "the file contains a newer state (serial 7, not 6)"],
  [
    "another state of the same serial",
    whole(7, "one", "other"),
    whole(7),
    "one-7",
    "the file contains a newer state (serial 7, not 7)",
  ],
  ["a state of another lineage", whole(8, "two"), whole(7), "one-7", "the file contains another state (lineage one)"],
  [
    "a state, where another program wrote one",
    whole(9),
    whole(8),
    "one-7",
    "another program has changed the file since this run read it",
  ],
  [
    "a state, where another program deleted it",
    whole(9),
    none,
    "one-7",
    "another program has changed the file since this run read it",
  ],
  ["a state, over half a one", whole(8), broken, undefined, "the file does not contain a complete state"],
  ["half a state", broken, whole(7), "one-7", "Terraform sent an incomplete state"],
  ["no state", empty, whole(7), "one-7", "Terraform sent an incomplete state"],
])("rules on %s", (_, incoming, present, lastSeen, expected) => {
  const ruling = judgeSave(incoming, present, lastSeen);
  expect(ruling.type === "refuse" ? ruling.reason : ruling.type).toBe(expected);
});
