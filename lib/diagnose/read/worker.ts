import { parentPort } from "node:worker_threads";
import type { ReadPart } from "./read-stream";
import { reasonOf } from "./reason";
import { runTask, type Task } from "./task";

/** What a worker tells: how many bytes it read since it last told, that a task is done, or that it failed. */
export type FromWorker =
  | { readonly type: "bytes"; readonly count: number }
  | { readonly type: "done"; readonly parts: readonly ReadPart[] }
  | { readonly type: "failed"; readonly message: string };

const port = parentPort;
if (port !== null) {
  const tell = (message: FromWorker): void => port.postMessage(message);
  port.on("message", (task: Task) => {
    let unsaid = 0;
    const count = (bytes: number): void => {
      unsaid += bytes;
      if (unsaid < 8 * 1024 * 1024) return;
      tell({ type: "bytes", count: unsaid });
      unsaid = 0;
    };
    runTask(task, count).then(
      (parts) => {
        tell({ type: "bytes", count: unsaid });
        tell({ type: "done", parts });
      },
      (error: unknown) => tell({ type: "failed", message: reasonOf(error) }),
    );
  });
}
