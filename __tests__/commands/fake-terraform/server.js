const { readFileSync } = require("node:fs");
const { request } = require("node:http");

/** The API's part of what the provider does: as much of it as re-pointing needs, with bodies narrowed to the token. */
const routes = {
  tfe_workspace: { type: "workspaces", path: (id) => `workspaces/${id}` },
  tfe_policy_set: { type: "policy-sets", path: (id) => `policy-sets/${id}` },
  tfe_stack: { type: "stacks", path: (id) => `stacks/${id}` },
};

/** A request by way of the environment's proxy, as Go's programs make it. */
function send(method, url, headers, body) {
  const proxy = new URL(process.env.HTTP_PROXY);
  const user = Buffer.from(`${proxy.username}:${proxy.password}`).toString("base64");
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: proxy.hostname,
        port: proxy.port,
        method,
        path: url,
        headers: { ...headers, host: new URL(url).host, "proxy-authorization": `Basic ${user}` },
      },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk) => {
          text += chunk;
        });
        answer.on("end", () => resolve({ status: answer.statusCode, text }));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** @param configuration the synthesized one; where the server is stands in Terraform's CLI configuration */
function connectServer(configuration) {
  const { host } = JSON.parse(readFileSync(process.env.TF_CLI_CONFIG_FILE, "utf8"));
  const base = Object.values(host)[0].services["tfe.v2.2"];
  const token = process.env.TFE_TOKEN;
  const organization = Object.values(configuration.resource ?? {}).flatMap(Object.values)[0]?.organization;

  const ask = async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/vnd.api+json" };
    const answer = await send(method, `${base}${path}`, headers, body === undefined ? undefined : JSON.stringify(body));
    if (answer.status === 404 && method === "GET") return undefined;
    if (answer.status >= 300) throw new Error(`Error: ${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.status === 204 ? undefined : JSON.parse(answer.text).data;
  };
  const route = (type) => {
    const found = routes[type];
    if (found === undefined) throw new Error(`the fake Terraform knows no ${type}`);
    return found;
  };
  const connection = (data) => ({ id: data.id, oauth_token_id: data.relationships["oauth-tokens"].data[0]?.id ?? "" });

  return {
    read: async (type, id) => {
      const data = await ask("GET", route(type).path(id));
      return data === undefined
        ? undefined
        : { id: data.id, token: data.attributes["vcs-repo"]?.["oauth-token-id"] ?? null };
    },
    connection: async (id) => {
      const data = await ask("GET", `oauth-clients/${id}`);
      return data === undefined ? undefined : connection(data);
    },
    createConnection: async (values) =>
      connection(
        await ask("POST", `organizations/${organization}/oauth-clients`, {
          data: {
            type: "oauth-clients",
            attributes: {
              name: values.name,
              "service-provider": values.service_provider,
              "http-url": values.http_url,
              "api-url": values.api_url,
              "oauth-token-string": values.oauth_token,
              "organization-scoped": values.organization_scoped,
            },
          },
        }),
      ),
    exchangeToken: (id, token) =>
      ask("PATCH", `oauth-clients/${id}`, {
        data: { type: "oauth-clients", id, attributes: { "oauth-token-string": token } },
      }),
    /** What was unknown when it was planned is known now. */
    completed: (values, type, newToken) => {
      const link = Array.isArray(values.vcs_repo) ? values.vcs_repo[0] : values.vcs_repo;
      const whole = { ...link, oauth_token_id: link.oauth_token_id ?? newToken };
      return { ...values, vcs_repo: type === "tfe_stack" ? whole : [whole] };
    },
    repoint: (type, id, before, after) => {
      const link = Array.isArray(after.vcs_repo) ? after.vcs_repo[0] : after.vcs_repo;
      const linked = Array.isArray(before.vcs_repo) ? before.vcs_repo[0] : before.vcs_repo;
      // What has lost its link has lost its branch with it.
      const rest = {
        branch: link.branch ?? "",
        "ingress-submodules": link.ingress_submodules ?? false,
        "tags-regex": link.tags_regex ?? "",
      };
      const attributes = {
        "vcs-repo": {
          identifier: link.identifier,
          "oauth-token-id": link.oauth_token_id,
          ...(linked?.oauth_token_id ? {} : rest),
        },
      };
      return ask("PATCH", route(type).path(id), { data: { type: route(type).type, id: before.id, attributes } });
    },
  };
}

module.exports = { connectServer };
