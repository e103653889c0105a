import { type Backend, backendTypes, type Organization } from "./organization";
import type { WishFile } from "./schema";

/** Fills in every default. The wish has passed its schema and its rules. */
export function normalise(wish: WishFile, file: string): Organization {
  const url = withoutSlash(wish.gitlab.url);
  const { exclude = [], ...select } = wish.select ?? {};
  return {
    file,
    hostname: wish.hostname.toLowerCase(),
    organization: wish.organization,
    gitlab: {
      url,
      apiUrl: withoutSlash(wish.gitlab.apiUrl ?? `${url}/api/v4`),
      serviceProvider: wish.gitlab.serviceProvider,
      movedFrom: [wish.gitlab.movedFrom ?? []].flat().map(withoutSlash),
    },
    connection: {
      name: wish.connection.name ?? "",
      scope: wish.connection.scope ?? "organization",
      agentPool: wish.connection.agentPool,
      existing: wish.connection.existing,
      tokenVariable: wish.connection.tokenVariable ?? "gitlab_pat",
    },
    from: wish.from,
    select: { ...select, exclude },
    elsewhere: wish.elsewhere ?? [],
    waves: wish.waves ?? [],
    through: wish.through,
    direction: wish.direction ?? "forward",
    release: wish.release ?? "none",
    backend: backendOf(wish.backend),
    terraform: { provider: wish.terraform?.provider ?? "~> 0.80.0" },
    allowAutoDestroyReset: wish.allowAutoDestroyReset ?? false,
    limits: { maxChanges: wish.limits?.maxChanges },
  };
}

function backendOf(backend: WishFile["backend"]): Backend {
  const type = backendTypes.find((candidate) => backend?.[candidate] !== undefined) ?? "local";
  return { type, settings: backend?.[type] ?? {} };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
