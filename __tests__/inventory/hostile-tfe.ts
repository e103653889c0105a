import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { listen } from "../tfe/support";

/** What an organization's lists hold, and the type and id of one of them. */
export const lists = {
  workspaces: { type: "workspaces", prefix: "ws-" },
  "policy-sets": { type: "policy-sets", prefix: "polset-" },
  "registry-modules": { type: "registry-modules", prefix: "mod-" },
  stacks: { type: "stacks", prefix: "st-" },
  projects: { type: "projects", prefix: "prj-" },
  "oauth-clients": { type: "oauth-clients", prefix: "oc-" },
  "registry-components": { type: "registry-components", prefix: "comp-" },
} as const;
export type List = keyof typeof lists;

// biome-ignore lint/suspicious/noExplicitAny: hostile answers have any shape.
export type Body = any;

/** What a hostile server does with one page of one list. `reading` counts how often the list was begun. */
export interface Asked {
  readonly number: number;
  readonly reading: number;
  /** The honest answer. */
  readonly body: Body;
  readonly list: List;
}
/** Another answer than the honest one: a body, or the whole of a response. */
export type Hostility =
  | { readonly body: (asked: Asked) => unknown }
  | { readonly text: (honest: string) => string | Buffer; readonly headers?: Record<string, string> }
  | { readonly raw: (response: ServerResponse, asked: Asked, request: IncomingMessage) => void };

const OBJECTS = 10;
/** Smaller than what is asked for, so that every list has three pages. */
const PAGE = 4;

function resource(list: List, index: number): Body {
  const { type, prefix } = lists[list];
  const repo = { identifier: `group/app-${index}`, branch: "", "oauth-token-id": "ot-1" };
  return {
    id: `${prefix}${index + 1}`,
    type,
    attributes: {
      name: `name-${index}`,
      "execution-mode": "remote",
      "service-provider": "gitlab_hosted",
      namespace: "acme",
      provider: "aws",
      "connect-path": "/auth/x",
      ...(list === "projects" || list === "oauth-clients" ? {} : { "vcs-repo": repo }),
    },
    relationships: {
      ...(list === "oauth-clients"
        ? { "oauth-tokens": { data: [{ id: `ot-${index + 1}`, type: "oauth-tokens" }] } }
        : {}),
      ...(list === "workspaces" || list === "stacks" ? { project: { data: { id: "prj-1", type: "projects" } } } : {}),
    },
  };
}

function page(list: List, number: number): Body {
  const from = (number - 1) * PAGE;
  const pages = Math.ceil(OBJECTS / PAGE);
  const data = Array.from({ length: OBJECTS }, (_, index) => resource(list, index)).slice(from, from + PAGE);
  const pagination = {
    "current-page": number,
    "page-size": PAGE,
    "next-page": number < pages ? number + 1 : null,
    "prev-page": number > 1 ? number - 1 : null,
    "total-pages": pages,
    "total-count": OBJECTS,
  };
  const included =
    list === "oauth-clients" ? data.map(({ id }: Body) => ({ id: `ot-${id.slice(3)}`, type: "oauth-tokens" })) : [];
  return { data, included, meta: { pagination } };
}

export interface HostileTfe {
  readonly port: number;
  /** Every request's path. */
  readonly asked: string[];
  /** Is honest without one. */
  be(list: List, hostility: Hostility | undefined): void;
  close(): Promise<void>;
}

/** An organization `acme` of ten objects of every kind, whose server can be told to answer otherwise. */
export async function startHostileTfe(): Promise<HostileTfe> {
  const asked: string[] = [];
  const readings = new Map<string, number>();
  let bad: { readonly list: List; readonly hostility: Hostility } | undefined;
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://x");
    asked.push(url.pathname);
    const path = url.pathname.replace("/api/v2/", "");
    const answer = (body: unknown) => {
      response.setHeader("content-type", "application/vnd.api+json");
      response.end(JSON.stringify(body));
    };
    if (path === "ping") return answer({});
    if (path === "organizations/acme") return answer({ data: { id: "acme", type: "organizations" } });
    const list = Object.keys(lists).find((name): name is List => path === `organizations/acme/${name}`);
    if (list === undefined) {
      response.statusCode = 404;
      return answer({ errors: [{ status: "404", title: "not found" }] });
    }
    const number = Number(url.searchParams.get("page[number]"));
    if (number === 1) readings.set(list, (readings.get(list) ?? 0) + 1);
    const body = page(list, number);
    if (bad?.list !== list) return answer(body);
    const { hostility } = bad;
    const about: Asked = { number, reading: readings.get(list) ?? 0, body, list };
    if ("body" in hostility) return answer(hostility.body(about));
    if ("raw" in hostility) return hostility.raw(response, about, request);
    response.writeHead(200, { "content-type": "application/vnd.api+json", ...hostility.headers });
    response.end(hostility.text(JSON.stringify(body)));
  });
  const port = await listen(server);
  return {
    port,
    asked,
    be: (list, hostility) => {
      bad = hostility === undefined ? undefined : { list, hostility };
      readings.clear();
      asked.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
