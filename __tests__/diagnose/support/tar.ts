interface Member {
  readonly name: string;
  readonly content: string | Buffer;
}

function header(name: string, size: number, type: string): Buffer {
  const block = Buffer.alloc(512);
  block.write(name.slice(0, 99), 0, "utf8");
  block.write("0000644\0", 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136);
  block.write("        ", 148);
  block.write(type, 156);
  block.write("ustar\x0000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** A tar archive, as GNU tar writes it. */
export function tar(members: readonly Member[]): Buffer {
  const blocks = members.flatMap(({ name, content }) => {
    const body = Buffer.from(content);
    const long = Buffer.from(`${name}\0`);
    const extra = name.length > 99 ? [header("././@LongLink", long.length, "L"), padded(long)] : [];
    return [...extra, header(name, body.length, "0"), padded(body)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
