import { ok, type Route, route } from "../api/route";

/** Whose token it is. */
export const accountRoutes: readonly Route[] = [
  route("GET", "/account/details", ({ user }) =>
    ok({
      id: user.id,
      type: "users",
      attributes: {
        username: user.username,
        email: `${user.username}@example.test`,
        "is-service-account": false,
        "auth-method": "tfc",
        "avatar-url": null,
        "v2-only": false,
        permissions: { "can-create-organizations": true, "can-change-email": true, "can-change-username": true },
      },
      relationships: {
        "authentication-tokens": { links: { related: `/api/v2/users/${user.id}/authentication-tokens` } },
      },
      links: { self: `/api/v2/users/${user.id}` },
    }),
  ),
];
