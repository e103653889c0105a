import { createServer } from "node:http";
import { errorAnswer, give } from "./answer";

/**
 * Answers in the place of a guard that was killed: nothing passes. The provider takes 403 as final, while it would try a port that
 * nobody listens on for six minutes a resource (go-tfe, `retryHTTPBackoff`: 30 times, after 0.8 s more each).
 *
 * @returns ends it
 */
export function standIn(port: number): () => void {
  const server = createServer((request, response) => {
    request.resume();
    give(
      response,
      errorAnswer(403, "ended", "it was killed, and nothing is sent any more. The next plan shows what was done."),
    );
  });
  server.on("connect", (_request, client) => {
    client.on("error", () => client.destroy());
    client.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  });
  // Without it the provider takes longer to give up, and nothing else.
  server.on("error", () => {});
  server.listen(port, "127.0.0.1");
  return () => {
    server.close();
    server.closeAllConnections();
  };
}
