import type { User } from "../state/records";

/** A user as the API shows it to others. */
export function showUser({
  id,
  username,
}: Pick<User, "id" | "username">): Record<string, unknown> & { attributes: object } {
  return {
    id,
    type: "users",
    attributes: {
      username,
      "is-service-account": false,
      "auth-method": "tfc",
      "avatar-url": `https://www.gravatar.com/avatar/${id}?s=100&d=mm`,
      "v2-only": false,
      permissions: { "can-create-organizations": true, "can-change-email": true, "can-change-username": true },
    },
    relationships: { "authentication-tokens": { links: { related: `/api/v2/users/${id}/authentication-tokens` } } },
    links: { self: `/api/v2/users/${id}` },
  };
}
