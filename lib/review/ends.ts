import type { ReviewExpectation } from "./expectation";
import { type Json, textMember } from "./json";
import type { ConnectionEnd } from "./model";
import type { Plan } from "./plan-schema";
import type { Resource } from "./resource";

/** Tells whose a token is: by the inventory, else by the connections that the plan holds or looked up. */
export class ConnectionEnds {
  private readonly byToken = new Map<string, ConnectionEnd>();
  private readonly created: ConnectionEnd;

  constructor(plan: Plan, resources: readonly Resource[], expectation: ReviewExpectation | undefined) {
    const connections = resources.filter(({ kind }) => kind === "connection");
    for (const values of [...plan.lookups, ...connections.map(({ entry }) => entry.change.before)]) this.add(values);
    for (const [id, end] of expectation?.connectionOfToken ?? []) this.byToken.set(id, end);
    const created = connections.filter(({ action }) => action === "create");
    const name = created.length === 1 ? textMember(created[0]?.entry.change.after, "name") : undefined;
    this.created = { name: name ?? null, connectionId: null, tokenId: null };
  }

  private add(values: Json): void {
    const tokenId = textMember(values, "oauth_token_id");
    if (tokenId === undefined) return;
    const connectionId = textMember(values, "oauth_client_id") ?? textMember(values, "id") ?? null;
    this.byToken.set(tokenId, { name: textMember(values, "name") ?? null, connectionId, tokenId });
  }

  /** Where a resource comes from; null when it has no token. */
  from({ tokenBefore }: Resource): ConnectionEnd | null {
    return tokenBefore === null ? null : this.of(tokenBefore);
  }

  /** Where it goes; null when the plan leaves it without a token, or lets go of it. */
  to({ tokenAfter }: Resource): ConnectionEnd | null {
    if (tokenAfter.type === "unknown") return this.created;
    return tokenAfter.id === null ? null : this.of(tokenAfter.id);
  }

  private of(tokenId: string): ConnectionEnd {
    return this.byToken.get(tokenId) ?? { name: null, connectionId: null, tokenId };
  }
}
