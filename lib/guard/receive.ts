import type { IncomingMessage } from "node:http";

/** A PATCH of a workspace has some 2 KiB. */
export const LARGEST_BODY = 2 ** 20;

/** A request's body; undefined for one that is too large. */
export async function receive(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // The rest is read and dropped, so that the answer is heard.
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  return size > LARGEST_BODY ? undefined : Buffer.concat(chunks);
}
