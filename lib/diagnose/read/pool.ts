import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { ReadPart } from "./read-stream";
import { reasonOf } from "./reason";
import { runTask, type Task } from "./task";
import type { FromWorker } from "./worker";

/** What the pool tells about its work. */
export interface PoolEvents {
  readonly onBytes: (count: number) => void;
  readonly onDone: (task: Task, parts: readonly ReadPart[]) => void;
  /** The file cannot be read (any more). */
  readonly onFailed: (task: Task, message: string) => void;
}

/** Does the tasks in this thread (`threads` 1), or in so many others. Their order of completion is not fixed. */
export async function runTasks(tasks: readonly Task[], threads: number, events: PoolEvents): Promise<void> {
  const queue = [...tasks];
  if (threads <= 1) {
    await runRest(queue, events);
    return;
  }
  const count = Math.min(threads, queue.length);
  await Promise.all(Array.from({ length: count }, () => runWorker(queue, events)));
}

async function runHere(task: Task, events: PoolEvents): Promise<void> {
  try {
    events.onDone(task, await runTask(task, events.onBytes));
  } catch (error) {
    events.onFailed(task, reasonOf(error));
  }
}

/** What a worker's memory may grow to, in MiB: it needs less, and would let garbage lie around otherwise. */
const YOUNG = 4;
const OLD = 40;

/** The worker's file, as built or (run from source) through tsx. */
function startWorker(): Worker {
  const source = extname(__filename) === ".ts";
  return new Worker(join(__dirname, source ? "worker.ts" : "worker.js"), {
    execArgv: source ? ["--require", require.resolve("tsx/cjs")] : [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG, maxOldGenerationSizeMb: OLD },
  });
}

function runWorker(queue: Task[], events: PoolEvents): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = startWorker();
    let task: Task | undefined;
    const next = (): void => {
      task = queue.shift();
      if (task === undefined) void worker.terminate().then(() => resolve(), reject);
      else worker.postMessage(task);
    };
    worker.on("message", (message: FromWorker) => {
      if (message.type === "bytes") events.onBytes(message.count);
      else if (task !== undefined) {
        if (message.type === "done") events.onDone(task, message.parts);
        else events.onFailed(task, message.message);
        next();
      }
    });
    // A worker that dies, of want of memory for instance, leaves its task to this thread, which goes on in its place.
    worker.on("error", () => {
      const rest = task === undefined ? Promise.resolve() : runHere(task, events);
      rest.then(() => runRest(queue, events)).then(resolve, reject);
    });
    next();
  });
}

async function runRest(queue: Task[], events: PoolEvents): Promise<void> {
  for (let task = queue.shift(); task !== undefined; task = queue.shift()) await runHere(task, events);
}
