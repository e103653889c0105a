import { ApiError } from "./errors";
import { object, property } from "./json";
import type { Call } from "./route";

/** A JSON:API request's document. */
export interface Document {
  readonly data: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships: Readonly<Record<string, unknown>>;
}

/** The request's body, an empty object when there is none. @throws ApiError 400 when it is not JSON */
export function jsonOf({ request }: Call): unknown {
  if (request.body === "") return {};
  try {
    return JSON.parse(request.body);
  } catch {
    throw new ApiError(400, [{ title: "bad request", detail: "The request body is not valid JSON" }]);
  }
}

/** The request's document. @throws ApiError 400 when it is not JSON, 422 when it has no `data`, or no JSON:API in it */
export function documentOf(call: Call): Document {
  const data = property(jsonOf(call), "data");
  if (data === undefined || data === null) {
    throw new ApiError(422, [{ title: "missing data", detail: "The request body has no data", pointer: "/data" }]);
  }
  if (typeof data !== "object") {
    throw new ApiError(422, [
      { title: "invalid data", detail: "The data must be an object or a list", pointer: "/data" },
    ]);
  }
  return {
    data,
    attributes: object(property(data, "attributes")),
    relationships: object(property(data, "relationships")),
  };
}
