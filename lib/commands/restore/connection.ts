import { ExternalError } from "../../errors";
import { readConnection as read } from "../../tfe/api";
import type { TfeClient } from "../../tfe/client";
import { pagePath } from "../../tfe/page-path";
import { type Resource, related } from "../../tfe/resource";
import type { Context } from "../shared/context";

/** Reads a connection that is being restored. @throws ExternalError when it is gone */
export async function readConnection(context: Context, client: TfeClient, id: string): Promise<Resource> {
  const connection = await read(client, id);
  if (connection !== undefined) return connection;
  const { key } = context.paths;
  throw new ExternalError(`the connection ${id} has been deleted`, {
    fix: `repoint restore ${key} --abandon, if a restoration was started; then repoint plan ${key} links its resources to the new connection, as recorded in inventory/`,
  });
}

/** Where a person authorizes a connection, and the address besides at which a CLI configuration says that the API is reached. */
export function pageOf({ organization }: Context, client: TfeClient, connection: Resource): readonly string[] {
  const settings = `/app/${related(connection, "organization") ?? organization.organization}/settings/version-control`;
  const path = pagePath(connection.attributes["connect-path"]) ?? settings;
  const { origin } = new URL(client.host.apiUrl);
  const own = `https://${organization.hostname}`;
  return [
    `Open  ${own}${path}`,
    ...(origin === new URL(own).origin ? [] : [`      (${origin}${path}, where the API is reached)`]),
  ];
}
