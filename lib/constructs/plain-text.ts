import { Token } from "cdktf";
import { jsonText } from "../util/json-text";

/** How cdktf marks its references in strings: `${TfToken[…]}`, `#{TfToken[…]}` for lists, `&{TfToken[…]}` for maps. */
const MARK = "{TfToken[";
/** Texts that cdktf takes for a map that is not known yet. */
const maps: readonly string[] = [Token.STRING_MAP_TOKEN_VALUE, Token.ANY_MAP_TOKEN_VALUE];
/** Keys of an origin's texts, which stand in a comment alone. */
const untouched: ReadonlySet<string> = new Set(["projectName", "wave", "connection"]);

/**
 * What a server holds, with every text in it for cdktf to take as text. One that looks like a reference of cdktf's would be resolved:
 * a working directory could so name the variable of the personal access token. Such a part of a text is written as a Terraform
 * expression of the same value.
 */
export function plainTexts<T>(value: T): T {
  const json = jsonText(value);
  if (!json.includes(MARK) && !maps.some((text) => json.includes(text))) return value;
  return JSON.parse(json, (key, inner: unknown) =>
    typeof inner === "string" && !untouched.has(key) ? plainText(inner) : inner,
  );
}

function plainText(text: string): string {
  if (maps.includes(text)) return asToken(`\${"${text.slice(0, 1)}"}${text.slice(1)}`);
  if (!text.includes(MARK)) return text;
  return asToken(
    text.replace(/[$%#&]+(?=\{)/g, (signs, at: number) =>
      text.startsWith(MARK, at + signs.length) ? `\${"${signs}"}` : signs.replace(/[$%]$/, "$&$&"),
    ),
  );
}

/** A reference to the expression itself, which {@link literal} passes through and cdktf resolves to it. */
function asToken(expression: string): string {
  return Token.asString({ creationStack: [], resolve: () => expression, toString: () => expression });
}
