import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Stage } from "../commands/support";
import { HOSTILE, WORSE } from "./text";

/** What a server says instead of an answer. */
type Say = (response: ServerResponse, path: string) => void;

export interface HostileServer {
  readonly url: string;
  readonly answers: readonly string[];
  answer(name: string): void;
  close(): Promise<void>;
}

const json =
  (status: number, body: unknown): Say =>
  (response) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

const errors = {
  errors: [{ status: HOSTILE, title: WORSE, detail: WORSE, source: { pointer: WORSE } }],
  message: WORSE,
  error: WORSE,
};
/** Bytes above 0x7f pass in a header, and are C1 controls in Latin-1. */
const header = "\u0085\u009b31mFORGED";

const says: Readonly<Record<string, Say>> = {
  ...Object.fromEntries([400, 401, 403, 404, 409, 422].map((status) => [`an error ${status}`, json(status, errors)])),
  "a page of text": (response) => void response.writeHead(403, { "content-type": `text/html; ${header}` }).end(HOSTILE),
  "what is no JSON": (response) => void response.writeHead(200).end(`{"data": "${HOSTILE}`),
  "JSON of another shape": json(200, {
    data: [{ id: WORSE, type: WORSE, attributes: { name: WORSE }, [WORSE]: WORSE }],
  }),
  "one object that is another": json(200, {
    data: { id: WORSE, type: WORSE, attributes: WORSE, relationships: { [WORSE]: { data: WORSE } } },
  }),
  "another address": (response) => void response.writeHead(302, { location: `http://127.0.0.1:1/${header}` }).end(),
  "an odd status": (response) => void response.writeHead(418, header).end(WORSE),
};

/** A server, in the place of a stage's TFE unless it is to be a GitLab, which says the same to everything. */
export async function hostileServer(stage: Stage, as: "tfe" | "gitlab" = "tfe"): Promise<HostileServer> {
  let say: Say = json(404, errors);
  const server = createServer((request, response) => {
    request.resume();
    say(response, request.url ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = join(stage.folder, "given", "hostile.tfrc");
  writeFileSync(config, readFileSync(stage.sandbox.terraformCliConfig, "utf8").replaceAll(stage.sandbox.tfe.url, url));
  if (as === "tfe") stage.env.TF_CLI_CONFIG_FILE = config;
  return {
    url,
    answers: Object.keys(says),
    answer: (name) => {
      say = says[name] ?? say;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
