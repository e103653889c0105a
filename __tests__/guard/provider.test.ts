import { decide } from "../../lib/guard/decide";
import type { GuardExpectation } from "../../lib/guard/expectation";
import type { Known } from "../../lib/guard/known";
import type { Ruling } from "../../lib/guard/ruling";
import { asItCame, back, captured, forward, known, makeConnection, movedReadings, type Sent } from "./captured";
import { circumstances, PAT } from "./facts";

/** What leaves for each request, in one line. */
function run(sent: readonly Sent[], expectation: GuardExpectation, memory: Known): string[] {
  return sent.map((each) => {
    const ruling = decide(asItCame(each), {
      ...circumstances(),
      expectation,
      known: memory,
    });
    if (ruling.type === "send" && ruling.what === "made") makeConnection(memory);
    return `${each.method} ${each.target} ${line(ruling)}`;
  });
}

const line = (ruling: Ruling): string =>
  ruling.type === "send" ? `→ ${JSON.stringify(ruling.body).replace(PAT, "PAT")}` : JSON.stringify(ruling);

it("lets everything through that the provider sends to re-point a fleet, narrowed", () => {
  expect(run(captured.forward, forward, known(captured.readings))).toMatchInlineSnapshot(`
    [
      "POST organizations/sandbox/oauth-clients → {"data":{"type":"oauth-clients","attributes":{"name":"GitLab (PAT)","service-provider":"gitlab_community_edition","http-url":"https://gitlab.example.com","api-url":"https://gitlab.example.com/api/v4","organization-scoped":false,"oauth-token-string":"PAT"}}}",
      "POST oauth-clients/oc-9m6bzI1Wz78Em5sf/relationships/projects → {"data":[{"type":"projects","id":"prj-g71mQWUBp8uQBOag"}]}",
      "POST oauth-clients/oc-9m6bzI1Wz78Em5sf/relationships/projects → {"data":[{"type":"projects","id":"prj-M8YzwAtTawn3VEfp"}]}",
      "POST oauth-clients/oc-9m6bzI1Wz78Em5sf/relationships/projects → {"data":[{"type":"projects","id":"prj-n4jMLJOfjyukFDph"}]}",
      "POST oauth-clients/oc-9m6bzI1Wz78Em5sf/relationships/projects → {"data":[{"type":"projects","id":"prj-9WJchfK8mn3oBbT7"}]}",
      "POST oauth-clients/oc-9m6bzI1Wz78Em5sf/relationships/projects → {"data":[{"type":"projects","id":"prj-SWodFiNCL8yAnGrQ"}]}",
      "PATCH workspaces/ws-Txnd6CcQNBsbUeL6 → {"data":{"type":"workspaces","id":"ws-Txnd6CcQNBsbUeL6","attributes":{"vcs-repo":{"oauth-token-id":"ot-22igHrkNa3d3SqX3"}}}}",
      "PATCH stacks/st-tI7rRCeykNttStrM → {"data":{"type":"stacks","id":"st-tI7rRCeykNttStrM","attributes":{"name":"stack-0","speculative-enabled":false,"vcs-repo":{"identifier":"group/stack-0","branch":"main","oauth-token-id":"ot-22igHrkNa3d3SqX3","tags-regex":"v\\\\d+","trigger-disabled":false}},"relationships":{"agent-pool":{"data":{"type":"agent-pools","id":"apool-7Kcc3914Oyd5tYGI"}}}}}",
      "PATCH workspaces/ws-44HfBSD2C5UUECfL → {"data":{"type":"workspaces","id":"ws-44HfBSD2C5UUECfL","attributes":{"vcs-repo":{"oauth-token-id":"ot-22igHrkNa3d3SqX3"}}}}",
      "PATCH workspaces/ws-OQQ8UC7wUNepLhto → {"data":{"type":"workspaces","id":"ws-OQQ8UC7wUNepLhto","attributes":{"vcs-repo":{"oauth-token-id":"ot-22igHrkNa3d3SqX3"}}}}",
      "PATCH policy-sets/polset-2rGbC6zQKITR3BPu → {"data":{"type":"policy-sets","id":"polset-2rGbC6zQKITR3BPu","attributes":{"vcs-repo":{"identifier":"group/policies-3","branch":"","oauth-token-id":"ot-22igHrkNa3d3SqX3","ingress-submodules":false}}}}",
      "PATCH policy-sets/polset-VLv5NX3EhIDBp2Yi → {"data":{"type":"policy-sets","id":"polset-VLv5NX3EhIDBp2Yi","attributes":{"vcs-repo":{"identifier":"group/policies-4","branch":"main","oauth-token-id":"ot-22igHrkNa3d3SqX3","ingress-submodules":false}}}}",
      "PATCH stacks/st-TxmJD27sU7ODuuu7 → {"data":{"type":"stacks","id":"st-TxmJD27sU7ODuuu7","attributes":{"name":"stack-1","description":"Größe ∞ 😀","speculative-enabled":false,"vcs-repo":{"identifier":"group/stack-1","branch":"main","oauth-token-id":"ot-22igHrkNa3d3SqX3","tags-regex":"v\\\\d+","trigger-disabled":true}},"relationships":{"agent-pool":{"data":{"type":"agent-pools","id":"apool-i1LfYEBsFobZjrN5"}}}}}",
      "PATCH workspaces/ws-6p9Gjr4KLuzhTpQ9 → {"data":{"type":"workspaces","id":"ws-6p9Gjr4KLuzhTpQ9","attributes":{"vcs-repo":{"oauth-token-id":"ot-22igHrkNa3d3SqX3"}}}}",
      "PATCH workspaces/ws-otkr8Y47p376Fu4q → {"data":{"type":"workspaces","id":"ws-otkr8Y47p376Fu4q","attributes":{"vcs-repo":{"oauth-token-id":"ot-22igHrkNa3d3SqX3"}}}}",
      "PATCH policy-sets/polset-xIDmg5Fjfj5hFTPs → {"data":{"type":"policy-sets","id":"polset-xIDmg5Fjfj5hFTPs","attributes":{"vcs-repo":{"identifier":"group/policies-0","branch":"","oauth-token-id":"ot-22igHrkNa3d3SqX3","ingress-submodules":true}}}}",
      "PATCH workspaces/ws-dX6y1BXWKp8hHnhx → {"data":{"type":"workspaces","id":"ws-dX6y1BXWKp8hHnhx","attributes":{"vcs-repo":{"oauth-token-id":"ot-22igHrkNa3d3SqX3"}}}}",
      "PATCH policy-sets/polset-DJ1NPWBmX1GE2TL5 → {"data":{"type":"policy-sets","id":"polset-DJ1NPWBmX1GE2TL5","attributes":{"vcs-repo":{"identifier":"group/policies-1","branch":"","oauth-token-id":"ot-22igHrkNa3d3SqX3","ingress-submodules":true}}}}",
      "PATCH stacks/st-TnC4eFzrPn6ZPhGY → {"data":{"type":"stacks","id":"st-TnC4eFzrPn6ZPhGY","attributes":{"name":"stack-3","description":"$\${already} %%{escaped}","speculative-enabled":false,"vcs-repo":{"identifier":"group/stack-3","branch":"main","oauth-token-id":"ot-22igHrkNa3d3SqX3","tags-regex":"v\\\\d+","trigger-disabled":false}}}}",
      "PATCH organizations/sandbox/registry-modules/private/sandbox/module0/aws → {"data":{"type":"registry-modules","attributes":{"vcs-repo":{"branch":"main","tags":false,"identifier":"group/terraform-aws-module0","oauth-token-id":"ot-22igHrkNa3d3SqX3"}}}}",
      "PATCH organizations/sandbox/registry-modules/private/sandbox/module1/aws → {"data":{"type":"registry-modules","attributes":{"vcs-repo":{"tags":true,"identifier":"group/terraform-aws-module1","oauth-token-id":"ot-22igHrkNa3d3SqX3"}}}}",
      "PATCH organizations/sandbox/registry-modules/private/sandbox/module3/aws → {"data":{"type":"registry-modules","attributes":{"vcs-repo":{"tags":true,"identifier":"group/terraform-aws-module3","oauth-token-id":"ot-22igHrkNa3d3SqX3"}}}}",
      "PATCH organizations/sandbox/registry-modules/private/sandbox/module4/aws → {"data":{"type":"registry-modules","attributes":{"vcs-repo":{"branch":"main","tags":false,"identifier":"group/modules","oauth-token-id":"ot-22igHrkNa3d3SqX3","source-directory":"modules/4","tag-prefix":"m4-"}}}}",
    ]
  `);
});

it("lets everything through that the provider sends to take a fleet back, narrowed", () => {
  expect(run(captured.back, back, known(movedReadings))).toMatchInlineSnapshot(`
    [
      "PATCH stacks/st-TnC4eFzrPn6ZPhGY → {"data":{"type":"stacks","id":"st-TnC4eFzrPn6ZPhGY","attributes":{"name":"stack-3","description":"$\${already} %%{escaped}","speculative-enabled":false,"vcs-repo":{"identifier":"group/stack-3","branch":"main","oauth-token-id":"ot-SandboxOAuth0001","tags-regex":"v\\\\d+","trigger-disabled":false}}}}",
      "PATCH workspaces/ws-OQQ8UC7wUNepLhto → {"data":{"type":"workspaces","id":"ws-OQQ8UC7wUNepLhto","attributes":{"vcs-repo":{"oauth-token-id":"ot-SandboxOAuth0001"}}}}",
      "PATCH policy-sets/polset-DJ1NPWBmX1GE2TL5 → {"data":{"type":"policy-sets","id":"polset-DJ1NPWBmX1GE2TL5","attributes":{"vcs-repo":{"identifier":"group/policies-1","branch":"","oauth-token-id":"ot-SandboxOAuth0001","ingress-submodules":true}}}}",
      "PATCH workspaces/ws-dX6y1BXWKp8hHnhx → {"data":{"type":"workspaces","id":"ws-dX6y1BXWKp8hHnhx","attributes":{"vcs-repo":{"oauth-token-id":"ot-SandboxOAuth0001"}}}}",
      "PATCH policy-sets/polset-VLv5NX3EhIDBp2Yi → {"data":{"type":"policy-sets","id":"polset-VLv5NX3EhIDBp2Yi","attributes":{"vcs-repo":{"identifier":"group/policies-4","branch":"main","oauth-token-id":"ot-SandboxOAuth0001","ingress-submodules":false}}}}",
      "PATCH policy-sets/polset-2rGbC6zQKITR3BPu → {"data":{"type":"policy-sets","id":"polset-2rGbC6zQKITR3BPu","attributes":{"vcs-repo":{"identifier":"group/policies-3","branch":"","oauth-token-id":"ot-SandboxOAuth0001","ingress-submodules":false}}}}",
      "PATCH policy-sets/polset-xIDmg5Fjfj5hFTPs → {"data":{"type":"policy-sets","id":"polset-xIDmg5Fjfj5hFTPs","attributes":{"vcs-repo":{"identifier":"group/policies-0","branch":"","oauth-token-id":"ot-SandboxOAuth0001","ingress-submodules":true}}}}",
      "PATCH workspaces/ws-44HfBSD2C5UUECfL → {"data":{"type":"workspaces","id":"ws-44HfBSD2C5UUECfL","attributes":{"vcs-repo":{"oauth-token-id":"ot-SandboxOAuth0001"}}}}",
      "PATCH stacks/st-tI7rRCeykNttStrM → {"data":{"type":"stacks","id":"st-tI7rRCeykNttStrM","attributes":{"name":"stack-0","speculative-enabled":false,"vcs-repo":{"identifier":"group/stack-0","branch":"main","oauth-token-id":"ot-SandboxOAuth0001","tags-regex":"v\\\\d+","trigger-disabled":false}},"relationships":{"agent-pool":{"data":{"type":"agent-pools","id":"apool-7Kcc3914Oyd5tYGI"}}}}}",
      "PATCH workspaces/ws-Txnd6CcQNBsbUeL6 → {"data":{"type":"workspaces","id":"ws-Txnd6CcQNBsbUeL6","attributes":{"vcs-repo":{"oauth-token-id":"ot-SandboxOAuth0001"}}}}",
      "PATCH stacks/st-TxmJD27sU7ODuuu7 → {"data":{"type":"stacks","id":"st-TxmJD27sU7ODuuu7","attributes":{"name":"stack-1","description":"Größe ∞ 😀","speculative-enabled":false,"vcs-repo":{"identifier":"group/stack-1","branch":"main","oauth-token-id":"ot-SandboxOAuth0001","tags-regex":"v\\\\d+","trigger-disabled":true}},"relationships":{"agent-pool":{"data":{"type":"agent-pools","id":"apool-i1LfYEBsFobZjrN5"}}}}}",
      "PATCH workspaces/ws-otkr8Y47p376Fu4q → {"data":{"type":"workspaces","id":"ws-otkr8Y47p376Fu4q","attributes":{"vcs-repo":{"oauth-token-id":"ot-SandboxOAuth0001"}}}}",
      "PATCH workspaces/ws-6p9Gjr4KLuzhTpQ9 → {"data":{"type":"workspaces","id":"ws-6p9Gjr4KLuzhTpQ9","attributes":{"vcs-repo":{"oauth-token-id":"ot-SandboxOAuth0001"}}}}",
      "PATCH organizations/sandbox/registry-modules/private/sandbox/module0/aws → {"data":{"type":"registry-modules","attributes":{"vcs-repo":{"branch":"main","tags":false,"identifier":"group/terraform-aws-module0","oauth-token-id":"ot-SandboxOAuth0001"}}}}",
      "PATCH organizations/sandbox/registry-modules/private/sandbox/module1/aws → {"data":{"type":"registry-modules","attributes":{"vcs-repo":{"tags":true,"identifier":"group/terraform-aws-module1","oauth-token-id":"ot-SandboxOAuth0001"}}}}",
      "PATCH organizations/sandbox/registry-modules/private/sandbox/module3/aws → {"data":{"type":"registry-modules","attributes":{"vcs-repo":{"tags":true,"identifier":"group/terraform-aws-module3","oauth-token-id":"ot-SandboxOAuth0001"}}}}",
      "PATCH organizations/sandbox/registry-modules/private/sandbox/module4/aws → {"data":{"type":"registry-modules","attributes":{"vcs-repo":{"branch":"main","tags":false,"identifier":"group/modules","oauth-token-id":"ot-SandboxOAuth0001","source-directory":"modules/4","tag-prefix":"m4-"}}}}",
    ]
  `);
});

it("lets nothing of it through in a plan", () => {
  const expectation: GuardExpectation = {
    ...forward,
    links: [],
    connection: null,
    projectLinks: [],
  };
  const rulings = captured.forward.map((each) =>
    decide(asItCame(each), {
      ...circumstances(),
      expectation,
      known: known(captured.readings),
    }),
  );
  expect(new Set(rulings.map((ruling) => ruling.type === "refuse" && ruling.rule))).toEqual(
    new Set(["plan-writes-nothing"]),
  );
});
