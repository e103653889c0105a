/** References of cdktf's in a string. */
const references = /(\$\{TfToken\[[^\]]*\]\})/;

/**
 * A string that Terraform shall take as it stands. What a server holds may look like a template: `${` and `%{` would be
 * interpolated, in JSON as in HCL (Terraform language, "Strings and Templates": `$${` and `%%{` are the literal forms).
 *
 * References that cdktf resolves (tokens) are passed through, and what stands around them is text.
 */
export function literal(value: string): string {
  return value
    .split(references)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[$%](?=\{)/g, (sign) => sign + sign)))
    .join("");
}

/** {@link literal} for values that may be absent: null and "" become undefined, which leaves the attribute out. */
export function literalIfAny(value: string | null | undefined): string | undefined {
  return value === null || value === undefined || value === "" ? undefined : literal(value);
}
