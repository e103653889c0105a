import { isObject } from "./same-value";

/**
 * An object of the API without `links.self-html`. The provider makes `html_url` of it and of the scheme of its own service address,
 * which is http:// behind the guard (`resource_tfe_workspace.go`, Read).
 */
export function withoutSelfHtml(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!isObject(object.links) || !Object.hasOwn(object.links, "self-html")) return object;
  const { "self-html": _, ...links } = object.links;
  return { ...object, links };
}

/** A whole answer, of one object or a list of them, without `links.self-html`. */
export function answerWithoutSelfHtml(body: unknown): unknown {
  if (!isObject(body)) return body;
  const { data } = body;
  if (isObject(data)) return { ...body, data: withoutSelfHtml(data) };
  if (!Array.isArray(data)) return body;
  return { ...body, data: data.map((item: unknown) => (isObject(item) ? withoutSelfHtml(item) : item)) };
}
