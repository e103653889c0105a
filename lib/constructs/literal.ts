import { Token } from "cdktf";

/**
 * A string that Terraform shall take as it stands. What a server holds may look like a template: `${` and `%{` would be
 * interpolated, in JSON as in HCL (Terraform language, "Strings and Templates": `$${` and `%%{` are the literal forms).
 *
 * Tokens (references that cdktf resolves) are passed through.
 */
export function literal(value: string): string {
  return Token.isUnresolved(value) ? value : value.replace(/[$%](?=\{)/g, (sign) => sign + sign);
}

/** {@link literal} for values that may be absent: null and "" become undefined, which leaves the attribute out. */
export function literalIfAny(value: string | null | undefined): string | undefined {
  return value === null || value === undefined || value === "" ? undefined : literal(value);
}
