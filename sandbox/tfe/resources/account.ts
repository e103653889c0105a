import { ok, type Route, route } from "../api/route";
import { showUser } from "./show-user";

/** Whose token it is. */
export const accountRoutes: readonly Route[] = [
  route("GET", "/account/details", ({ user }) => {
    const shown = showUser(user);
    const own = { email: `${user.username}@example.test`, "two-factor": { enabled: false, verified: false } };
    return ok({ ...shown, attributes: { ...shown.attributes, ...own } });
  }),
];
