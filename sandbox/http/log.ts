/** One request as a server received it, and the status it was answered with. */
export interface LoggedRequest {
  /** Its place in the order of arrival, from 1; it goes on counting after {@link RequestLog.clear}. */
  readonly at: number;
  readonly server: "tfe" | "gitlab";
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** As it was sent; "" for none. */
  readonly body: string;
  /** 0 while it is not answered, or when the connection was dropped. */
  status: number;
  /** No route is there for it: a gap in the sandbox, or a mistake of the client. */
  unknownRoute: boolean;
}

/** Which requests are meant: all of what is given must hold. */
export interface RequestFilter {
  readonly server?: LoggedRequest["server"];
  readonly method?: string;
  /** A text as a part of the path, or a regular expression. */
  readonly path?: string | RegExp;
  readonly status?: number;
}

/** Every request, in the order of arrival. */
export class RequestLog {
  private readonly list: LoggedRequest[] = [];
  private count = 0;

  get entries(): readonly LoggedRequest[] {
    return this.list;
  }

  /** Requests that no route was there for. */
  get unknownRequests(): readonly LoggedRequest[] {
    return this.list.filter(({ unknownRoute }) => unknownRoute);
  }

  /** Requests that may change something: all but GET, HEAD and OPTIONS. */
  get writes(): readonly LoggedRequest[] {
    return this.list.filter(({ method }) => !["GET", "HEAD", "OPTIONS"].includes(method));
  }

  matching({ server, method, path, status }: RequestFilter): readonly LoggedRequest[] {
    return this.list.filter(
      (entry) =>
        (server === undefined || entry.server === server) &&
        (method === undefined || entry.method === method.toUpperCase()) &&
        (path === undefined || matchesPath(entry.path, path)) &&
        (status === undefined || entry.status === status),
    );
  }

  add(request: Pick<LoggedRequest, "server" | "method" | "path" | "query" | "body">): LoggedRequest {
    this.count += 1;
    const entry: LoggedRequest = { at: this.count, ...request, status: 0, unknownRoute: false };
    this.list.push(entry);
    return entry;
  }

  clear(): void {
    this.list.length = 0;
  }
}

/** Whether a path holds a text, or fits a regular expression. */
export function matchesPath(path: string, wanted: string | RegExp): boolean {
  // `match` and not `test`: a pattern with the flag g would remember where it stopped.
  return typeof wanted === "string" ? path.includes(wanted) : path.match(wanted) !== null;
}
