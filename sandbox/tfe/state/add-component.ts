import { applyLink } from "./link";
import type { StackComponent } from "./records";
import type { TfeState } from "./tfe-state";

/** Publishes a Stack component configuration from a repository. */
export function addComponent(
  state: TfeState,
  at: {
    readonly organization: string;
    readonly name: string;
    readonly createdAt: string;
    /** As the API takes it; null for one that is published over the API. */
    readonly vcsRepo: Readonly<Record<string, unknown>> | null;
  },
): StackComponent {
  const { organization, name, createdAt } = at;
  const component: StackComponent = {
    id: state.newId("comp"),
    organization,
    attributes: { name, namespace: organization, status: "completed", "created-at": createdAt },
    vcsRepo: null,
    versions: ["1.0.0"],
    updatedAt: createdAt,
  };
  applyLink(state, "stack-component", component, { "vcs-repo": at.vcsRepo });
  state.components.set(component.id, component);
  return component;
}
