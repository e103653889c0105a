/**
 * Whether a value that is sent says what the server has, so that leaving it out changes nothing. Pure.
 *
 * null means "as it is": it is never sent on. What the server does not show, or shows as null, is the same as any empty value and as
 * false; "" and [] and null are the same in every attribute (go-tfe writes them in turn, `resource_tfe_workspace.go`). Of an object
 * the keys that are sent are compared. Two times are the same when they are the same second (the provider cuts off fractions), and two
 * texts when they are in Unicode's composed form: all that goes through Terraform is (go-cty, `NormalizeString`).
 */
export function saysWhatIsThere(sent: unknown, there: unknown): boolean {
  if (sent === null || sent === undefined) return true;
  if (there === null || there === undefined) return isNothing(sent) || sent === false;
  if (isNothing(sent)) return isNothing(there);
  if (Array.isArray(sent))
    return (
      Array.isArray(there) && sent.length === there.length && sent.every((item, index) => same(item, there[index]))
    );
  if (isObject(sent)) {
    return isObject(there) && Object.keys(sent).every((key) => saysWhatIsThere(member(sent, key), member(there, key)));
  }
  return same(sent, there);
}

/** A member of an object that came from outside; undefined when it has none of its own of that name. */
export function member(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** null, "", [] and {}. */
export function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** Nothing, false, or an object or a list of such. */
export function isBlank(value: unknown): boolean {
  if (isNothing(value) || value === false) return true;
  if (Array.isArray(value)) return value.every(isBlank);
  return isObject(value) && Object.values(value).every(isBlank);
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a === "string" && typeof b === "string")
    return a.normalize() === b.normalize() || (TIME.test(a) && TIME.test(b) && second(a) === second(b));
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => same(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => same(member(a, key), member(b, key)));
}

/** RFC 3339. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

const second = (text: string): number => Math.floor(Date.parse(text) / 1000);
