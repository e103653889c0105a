import { readAttributes } from "../api/attributes";
import { documentOf } from "../api/body";
import { unprocessable } from "../api/errors";
import { findOrganization, findRecord, ownedBy } from "../api/find-organization";
import { text } from "../api/json";
import { page } from "../api/page";
import { type Call, created, noContent, ok, type Route, route } from "../api/route";
import type { Named } from "../state/records";

const show = ({ id, name }: Named) => ({
  id,
  type: "ssh-keys",
  attributes: { name },
  links: { self: `/api/v2/ssh-keys/${id}` },
});
const find = (call: Call) => findRecord(call, call.state.sshKeys);

function nameOf(call: Call): string | undefined {
  const { name } = readAttributes({ name: "text" }, documentOf(call).attributes);
  if (name === "") throw unprocessable("Name can't be blank", "/data/attributes/name");
  return text(name);
}

function create(call: Call) {
  const { name: organization } = findOrganization(call);
  const name = nameOf(call);
  if (name === undefined) throw unprocessable("Name can't be blank", "/data/attributes/name");
  if (!text(documentOf(call).attributes.value)) throw unprocessable("Value can't be blank", "/data/attributes/value");
  const key = { id: call.state.newId("sshkey"), organization, name };
  call.state.sshKeys.set(key.id, key);
  return created(show(key));
}

export const sshKeyRoutes: readonly Route[] = [
  route("GET", "/organizations/:organization/ssh-keys", (call) =>
    page(call, ownedBy(call.state.sshKeys, findOrganization(call).name), show),
  ),
  route("POST", "/organizations/:organization/ssh-keys", create),
  route("GET", "/ssh-keys/:id", (call) => ok(show(find(call)))),
  route("PATCH", "/ssh-keys/:id", (call) => {
    const key = find(call);
    key.name = nameOf(call) ?? key.name;
    return ok(show(key));
  }),
  route("DELETE", "/ssh-keys/:id", (call) => {
    const { id } = find(call);
    call.state.sshKeys.delete(id);
    for (const workspace of call.state.workspaces.values()) {
      if (workspace.sshKeyId === id) workspace.sshKeyId = null;
    }
    return noContent();
  }),
];
