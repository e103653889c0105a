import { TerraformElement } from "cdktf";
import type { Construct } from "constructs";
import { claim } from "./claim-address";

export interface ImportBlockProps {
  /** The address that takes the object, for example `tfe_workspace.network`. */
  readonly to: string;
  /** The object's id in the form that the resource type imports. */
  readonly importId: string;
}

/**
 * An `import` block (Terraform 1.5). Used in place of cdktf's `importFrom`, which starts a Terraform process for every
 * resource when it synthesizes.
 */
export class ImportBlock extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: ImportBlockProps,
  ) {
    super(scope, id);
    claim(this, `import ${props.to}`);
  }

  override toTerraform(): object {
    return { import: [{ id: this.props.importId, to: this.props.to }] };
  }

  override toHclTerraform(): object {
    return {
      import: [
        {
          id: { value: this.props.importId },
          to: { value: this.props.to, type: "simple", storageClassType: "reference" },
        },
      ],
    };
  }
}

export interface RemovedBlockProps {
  /** The address to forget, for example `tfe_workspace.network`. */
  readonly from: string;
}

/**
 * A `removed` block with `destroy = false` (Terraform 1.7): Terraform forgets the object and leaves it as it is. An address
 * that the state does not hold is no error.
 */
export class RemovedBlock extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: RemovedBlockProps,
  ) {
    super(scope, id);
    claim(this, props.from);
  }

  override toTerraform(): object {
    return { removed: [{ from: this.props.from, lifecycle: { destroy: false } }] };
  }

  /** cdktf prints no `removed` blocks; {@link OrganizationStack} prints its text itself, from `toTerraform`. */
  override toHclTerraform(): object {
    return {};
  }
}
