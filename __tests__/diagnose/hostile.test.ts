import { diagnose, readChunks } from "../../lib/diagnose";
import { hostile, plain } from "./support/hostile";
import { chunked } from "./support/logs";

const SIZE = 250_000;
/** A hostile megabyte may take so many times what an ordinary one of token requests takes; what was quadratic took thousands. */
const MOST = 100;

/** Processor time for a megabyte, in milliseconds: other processes do not count. */
async function cost(text: string): Promise<number> {
  const bytes = Buffer.from(text);
  const before = process.cpuUsage();
  diagnose(await readChunks("production_json.log", chunked(bytes)));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (bytes.length / 1e6);
}

let ordinary = 0;
beforeAll(async () => {
  // The first runs are spent on compiling.
  for (let run = 0; run < 4; run += 1) await cost(plain(SIZE));
  ordinary = Math.min(await cost(plain(SIZE)), await cost(plain(SIZE)), await cost(plain(SIZE)));
}, 120_000);

test.each(Object.keys(hostile))(
  "%s take no more than a multiple of an ordinary log's time",
  async (name) => {
    const text = hostile[name] ?? plain;
    const once = await cost(text(SIZE));
    // A first run may have met the compiler.
    const best = once > ordinary * MOST ? Math.min(once, await cost(text(SIZE))) : once;
    expect(best / ordinary).toBeLessThan(MOST);
  },
  120_000,
);
