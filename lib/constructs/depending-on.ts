import type { ITerraformDependable } from "cdktf";

/** A resource's `dependsOn`, left out when there is nothing in it. */
export function dependingOn(dependencies: readonly ITerraformDependable[] | undefined): {
  readonly dependsOn?: ITerraformDependable[];
} {
  return dependencies === undefined || dependencies.length === 0 ? {} : { dependsOn: [...dependencies] };
}
