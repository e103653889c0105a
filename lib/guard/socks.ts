import type { Socket } from "node:net";

/** Methods of authentication (RFC 1928, 3). */
const NONE = 0x00;
const PASSWORD = 0x02;
/** Bytes of an address, by its type (RFC 1928, 5); a name's first byte is its length. */
const ADDRESS: ReadonlyMap<number, number> = new Map([
  [0x01, 4],
  [0x04, 16],
]);
const NAME = 0x03;

export interface SocksTarget {
  readonly host: string;
  readonly port: number;
}

/**
 * Has a SOCKS5 proxy connect a socket to a target, by its name, which the proxy looks up (as Go does: `golang.org/x/net/internal/socks`).
 *
 * @throws Error when the proxy refuses
 */
export async function connectBySocks(
  socket: Socket,
  { host, port }: SocksTarget,
  user: { readonly name: string; readonly password: string } | undefined,
): Promise<void> {
  const read = reader(socket);
  socket.write(Buffer.from(user === undefined ? [5, 1, NONE] : [5, 2, NONE, PASSWORD]));
  const [version, method] = await read(2);
  if (version !== 5) throw new Error("the proxy does not speak SOCKS5");
  if (method === PASSWORD && user !== undefined) {
    socket.write(Buffer.concat([Buffer.from([1]), counted(user.name), counted(user.password)]));
    const [, status] = await read(2);
    if (status !== 0) throw new Error("the proxy rejected the user name and password");
  } else if (method !== NONE) throw new Error("the proxy requires a user name and a password");
  const portBytes = Buffer.alloc(2);
  portBytes.writeUInt16BE(port);
  socket.write(Buffer.concat([Buffer.from([5, 1, 0, NAME]), counted(host), portBytes]));
  const [, reply, , type = 0] = await read(4);
  if (reply !== 0) throw new Error(`the proxy cannot reach ${host} (${reply})`);
  const length = ADDRESS.get(type) ?? (await read(1))[0] ?? 0;
  await read(length + 2);
}

function counted(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length === 0 || bytes.length > 255) throw new Error("the host name is too long for SOCKS5");
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

/** Takes so many bytes off a socket, and leaves the others in it. */
function reader(socket: Socket): (length: number) => Promise<Buffer> {
  return async (length) => {
    for (;;) {
      const bytes: Buffer | null = socket.read(length);
      if (bytes !== null && bytes.length === length) return bytes;
      if (bytes !== null) socket.unshift(bytes);
      if (socket.readableEnded || socket.destroyed) throw new Error("the proxy closed the connection");
      await new Promise<void>((resolve) => {
        const go = () => {
          for (const event of ["readable", "end", "close", "error"]) socket.off(event, go);
          resolve();
        };
        for (const event of ["readable", "end", "close", "error"]) socket.on(event, go);
      });
    }
  };
}
