/** One request as a server received it, and the status it was answered with. */
export interface LoggedRequest {
  readonly sequence: number;
  readonly server: "tfe" | "gitlab";
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
  /** 0 while it is not answered, or when the connection was dropped. */
  status: number;
  /** No route is there for it: a gap in the sandbox, or a mistake of the client. */
  unknownRoute: boolean;
}

/** Every request, in the order of arrival. */
export class RequestLog {
  private readonly list: LoggedRequest[] = [];
  private sequence = 0;

  get entries(): readonly LoggedRequest[] {
    return this.list;
  }

  get unknownRoutes(): readonly LoggedRequest[] {
    return this.list.filter(({ unknownRoute }) => unknownRoute);
  }

  add(request: Pick<LoggedRequest, "server" | "method" | "path" | "query" | "body">): LoggedRequest {
    this.sequence += 1;
    const entry: LoggedRequest = { ...request, sequence: this.sequence, status: 0, unknownRoute: false };
    this.list.push(entry);
    return entry;
  }

  clear(): void {
    this.list.length = 0;
  }
}
