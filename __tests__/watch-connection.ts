import type { Sandbox } from "../sandbox";
import { isGood } from "../sandbox/gitlab/authorize";

/** What was seen of a connection's token at each request that the sandbox received. */
export interface ConnectionWatch {
  /** Whether GitLab takes the token that TFE holds, each time that this changed: `["works"]` for one that always worked. */
  moments(): readonly ("works" | "dead")[];
  /** Requests that would rotate a token at GitLab, which revokes it while TFE still uses it. */
  rotations(): readonly string[];
}

/** Watches the token that TFE holds for a connection, at every request from now on. */
export function watchConnection({ log, state, gitlabState }: Sandbox, connectionId: string): ConnectionWatch {
  const moments: ("works" | "dead")[] = [];
  const rotations: string[] = [];
  const look = () => {
    const secret = state.clients.get(connectionId)?.secret ?? "";
    const now = isGood(gitlabState, secret, gitlabState.clock()) ? "works" : "dead";
    if (moments.at(-1) !== now) moments.push(now);
  };
  const add = log.add.bind(log);
  log.add = (request) => {
    look();
    if (request.path.endsWith("/rotate")) rotations.push(`${request.method} ${request.path}`);
    return add(request);
  };
  look();
  return {
    moments: () => {
      look();
      return moments;
    },
    rotations: () => rotations,
  };
}
