import fc from "fast-check";
import { newResourceAddress } from "../../lib/migration/address";

it.each([
  ["network-prod", "ws-1aBcD2eFgH3iJkLm", "network_prod_ws_1aBcD2eFgH3iJkLm"],
  ["network_prod", "ws-1aBcD2eFgH3iJkLm", "network_prod_ws_1aBcD2eFgH3iJkLm"],
  ["2nd", "ws-1", "_2nd_ws_1"],
  ["Überall – überall", "polset-1", "_berall_berall_polset_1"],
  ["", "st-1", "__st_1"],
])("makes of %j and %s the address %s", (name, id, address) => {
  expect(newResourceAddress("workspace", name, id)).toBe(address);
});

const ids = fc
  .tuple(fc.constantFrom("ws", "polset", "mod", "st"), fc.stringMatching(/^[A-Za-z0-9]{1,16}$/))
  .map((parts) => parts.join("-"));
const names = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[a-c_-]{0,4}(_ws_[01])?$/));

it("is injective: what differs in the id differs in the address, whatever the names are", () => {
  fc.assert(
    fc.property(names, ids, names, ids, (name, id, otherName, otherId) => {
      fc.pre(id !== otherId);
      expect(newResourceAddress("workspace", name, id)).not.toBe(newResourceAddress("workspace", otherName, otherId));
    }),
    { numRuns: 1000 },
  );
});

it("is a name that Terraform takes, whatever the resource is called", () => {
  fc.assert(
    fc.property(names, ids, (name, id) => {
      expect(newResourceAddress("stack", name, id)).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
    }),
  );
});
