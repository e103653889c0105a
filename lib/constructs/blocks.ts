import { TerraformElement } from "cdktf";
import type { Construct } from "constructs";
import { claim } from "./claim-address";
import { refuseOtherPrinter, useOwnPrinter } from "./hcl/use-own-printer";
import { literal } from "./literal";
import { requireProps } from "./require-props";

export interface ImportBlockProps {
  /** The address that takes the object, for example `tfe_workspace.network`. */
  readonly to: string;
  /** The object's id in the form that the resource type imports; taken as it stands, `${` included. */
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
    requireProps("ImportBlock", props, { to: "text", importId: "text" });
    super(scope, id);
    claim(this, `import ${props.to}`);
    useOwnPrinter(this);
  }

  override toTerraform(): object {
    return { import: [{ id: literal(this.props.importId), to: this.props.to }] };
  }

  /** @throws Error: only cdktf's own printer asks for this, and it would leave the block out */
  override toHclTerraform(): object {
    return refuseOtherPrinter(this);
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
    requireProps("RemovedBlock", props, { from: "text" });
    super(scope, id);
    claim(this, props.from);
    useOwnPrinter(this);
  }

  override toTerraform(): object {
    return { removed: [{ from: this.props.from, lifecycle: { destroy: false } }] };
  }

  /** @throws Error: only cdktf's own printer asks for this, and it would leave the block out */
  override toHclTerraform(): object {
    return refuseOtherPrinter(this);
  }
}
