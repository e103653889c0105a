import { type GitlabCall, type GitlabRoute, reply } from "./call";
import { showUser } from "./users";

const NO_KAS = { enabled: false, externalUrl: null, externalK8sProxyUrl: null, version: null };
const versionOf = ({ state }: GitlabCall) => ({ version: `${state.settings.version}-ee`, revision: "sandbox" });

/** What a GitLab tells of itself, and of who asks. */
export const instanceRoutes: readonly GitlabRoute[] = [
  { method: "GET", path: /^version$/, handle: (call) => reply(200, versionOf(call)) },
  {
    method: "GET",
    path: /^metadata$/,
    since: "15.2",
    handle: (call) => reply(200, { ...versionOf(call), kas: NO_KAS, enterprise: true }),
  },
  { method: "GET", path: /^user$/, scopes: ["read_user"], handle: ({ user }) => reply(200, showUser(user)) },
];
