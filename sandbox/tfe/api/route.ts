import type { Received, Reply } from "../../http/serve";
import type { User } from "../state/records";
import type { TfeState } from "../state/tfe-state";

export const JSON_API = "application/vnd.api+json";

/** One request on its way through a route. */
export interface Call {
  readonly state: TfeState;
  /** Whose token the request carries. */
  readonly user: User;
  /** What the path's `:names` stand for, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly request: Received;
  /** The address that clients use, for links. */
  readonly origin: string;
  readonly now: () => Date;
}

export type Handler = (call: Call) => Reply;

export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE" | "PUT";
  /** Such as `/api/v2/workspaces/:id`. */
  readonly path: string;
  readonly handle: Handler;
}

/** A row of a route table; paths are below `/api/v2`. */
export function route(method: Route["method"], path: string, handle: Handler): Route {
  return { method, path: `/api/v2${path}`, handle };
}

export const ok = (data: unknown, included: readonly unknown[] = []): Reply => ({
  status: 200,
  contentType: JSON_API,
  body: included.length === 0 ? { data } : { data, included },
});
export const created = (data: unknown): Reply => ({ status: 201, contentType: JSON_API, body: { data } });
export const noContent = (): Reply => ({ status: 204 });

/** Whether the caller asked to have a related kind of record sent along. */
export function includes({ query }: Call, ...names: readonly string[]): boolean {
  const wanted = (query.get("include") ?? "").split(",");
  return names.some((name) => wanted.includes(name));
}
