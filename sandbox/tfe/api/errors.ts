/** One entry of a JSON:API answer's `errors`. */
export interface ErrorObject {
  readonly title: string;
  readonly detail?: string;
  /** Where in the request's document, for example `/data/attributes/name`. */
  readonly pointer?: string;
}

/** A refusal in JSON:API's form, with every problem of the request at once. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly errors: readonly ErrorObject[],
  ) {
    super(errors.map(({ title, detail }) => detail ?? title).join("; "));
  }

  /** The answer's body. */
  body(): unknown {
    return {
      errors: this.errors.map(({ title, detail, pointer }) => ({
        status: String(this.status),
        title,
        ...(detail === undefined ? {} : { detail }),
        ...(pointer === undefined ? {} : { source: { pointer } }),
      })),
    };
  }
}

/** What TFE says of what is not there, and of what the caller may not see or is not entitled to. */
export const notFound = () => new ApiError(404, [{ title: "not found" }]);

export const forbidden = (detail: string) => new ApiError(403, [{ title: "forbidden", detail }]);

export const conflict = (detail: string) => new ApiError(409, [{ title: "conflict", detail }]);

export const unprocessable = (detail: string, pointer: string) =>
  new ApiError(422, [{ title: "invalid attribute", detail, pointer }]);
