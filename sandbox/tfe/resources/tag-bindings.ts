import { documentOf } from "../api/body";
import { ApiError, unprocessable } from "../api/errors";
import { object, property, text } from "../api/json";
import type { Call } from "../api/route";
import type { Project, TagBinding, Workspace } from "../state/records";
import type { TfeState } from "../state/tfe-state";

type BindingType = "tag-bindings" | "effective-tag-bindings";

interface OwnedBinding extends TagBinding {
  readonly owner: string;
  /** The project that it comes from. */
  readonly inheritedFrom?: string;
}

/** Bindings have no ids of their own in the state: their owner's and the key name them. */
export function bindingId({ owner, key }: OwnedBinding): string {
  return `tb-${Buffer.from(`${owner}/${key}`).toString("base64url")}`;
}

export function ownBindings(owner: Workspace | Project): readonly OwnedBinding[] {
  return owner.tagBindings.map((binding) => ({ ...binding, owner: owner.id }));
}

/** A workspace's own bindings and those of its project that it does not override. */
export function effectiveBindings(state: TfeState, workspace: Workspace): readonly OwnedBinding[] {
  const own = ownBindings(workspace);
  const keys = new Set(own.map(({ key }) => key));
  const project = state.projects.get(workspace.projectId);
  const inherited = (project === undefined ? [] : ownBindings(project)).filter(({ key }) => !keys.has(key));
  return [...own, ...inherited.map((binding) => ({ ...binding, inheritedFrom: workspace.projectId }))];
}

/** Whether bindings hold what `filter[tagged][i][key]` and `[value]` of a request ask for; every filter must hold. */
export function matchesTagged(query: URLSearchParams, bindings: readonly TagBinding[]): boolean {
  const indices = [...query.keys()].flatMap(
    (name) => /^filter\[tagged\]\[(\d+)\]\[(?:key|value)\]$/.exec(name)?.[1] ?? [],
  );
  return [...new Set(indices)].every((index) => {
    const key = query.get(`filter[tagged][${index}][key]`);
    const value = query.get(`filter[tagged][${index}][value]`);
    return bindings.some((binding) => (!key || binding.key === key) && (!value || binding.value === value));
  });
}

export function showBindings(bindings: readonly OwnedBinding[], type: BindingType): readonly unknown[] {
  return bindings.map((binding) => ({
    id: bindingId(binding),
    type,
    attributes: { key: binding.key, value: binding.value },
    ...(binding.inheritedFrom === undefined
      ? {}
      : { links: { "inherited-from": `/api/v2/projects/${binding.inheritedFrom}` } }),
  }));
}

/** How many a workspace or a project may have of its own. */
const MOST = 10;

/** Tag bindings of a request. @throws ApiError 422 when one cannot be, or there are too many */
export function readBindings(list: unknown, pointer = "/data"): readonly TagBinding[] {
  if (!Array.isArray(list)) {
    throw new ApiError(422, [{ title: "invalid data", detail: "Tag bindings must be a list", pointer }]);
  }
  const bindings = list.map((item, index) => readBinding(item, `${pointer}/${index}/attributes`));
  requireFew(bindings, pointer);
  return bindings;
}

/** "Up to 128 characters" and "up to 256", "alphanumeric characters and _ . = + - @ :" (HCP Terraform API, "Workspaces"). */
function readBinding(item: unknown, pointer: string): TagBinding {
  const { key, value } = object(property(item, "attributes"));
  if (typeof key !== "string" || key === "") throw unprocessable("Key can't be blank", `${pointer}/key`);
  if (!/^[\p{L}\p{N}_.=+@:-]{1,128}$/u.test(key) || /^hcp?:/.test(key)) {
    throw unprocessable(`Key ${key} is invalid`, `${pointer}/key`);
  }
  const given = text(value) ?? "";
  if (!/^[\p{L}\p{N}_.=+@:-]{0,256}$/u.test(given)) {
    throw unprocessable(`Value ${given} is invalid`, `${pointer}/value`);
  }
  return { key, value: given };
}

function requireFew(bindings: readonly TagBinding[], pointer: string): void {
  if (bindings.length > MOST) throw unprocessable(`Tag bindings cannot exceed ${MOST} per resource`, pointer);
}

/** Bindings in a set's order: in which order a client sends them means nothing. */
export function sortBindings(bindings: readonly TagBinding[]): TagBinding[] {
  return [...bindings].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** PATCH adds bindings and changes the values of those that are there (HCP Terraform API, "Add or update tag bindings"). */
export function mergeBindings(call: Call, owner: Workspace | Project): readonly unknown[] {
  const given = readBindings(documentOf(call).data);
  const values = new Map(given.map((binding) => [binding.key, binding]));
  const kept = owner.tagBindings.map((binding) => values.get(binding.key) ?? binding);
  const known = new Set(kept.map(({ key }) => key));
  const merged = [...kept, ...[...values.values()].filter(({ key }) => !known.has(key))];
  requireFew(merged, "/data");
  owner.tagBindings = merged;
  return showBindings(ownBindings(owner), "tag-bindings");
}
