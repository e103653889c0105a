/*
 * The inner loop of the search, 16 bytes a step, in WebAssembly, since JavaScript has no vector instructions. For three neighbouring bytes
 * it looks up, by the low and by the high half of each, which of eight groups of fingerprints may have such a byte in that place. Where a
 * group is left in all six answers, a fingerprint may begin. The method is known as Teddy, from Intel's Hyperscan. Groups mix their members'
 * halves of bytes up; so each such place is looked at again, by its two pairs of neighbouring bytes, before JavaScript is called.
 *
 *   find(at, to):
 *     while at < to:
 *       m = low0[byte(at) & 15] & high0[byte(at) >> 4] & low1[byte(at+1) & 15] & …   (16 places at once)
 *       for each place p where m is not 0: if pairs[bytes p, p+1] & 1 and pairs[bytes p+1, p+2] & 2: return p
 *       at += 16
 *     return to
 */

/** How many bytes a fingerprint has. */
export const FINGERPRINT = 3;
/** Where the data begins in the module's memory; six tables of 16 bytes lie before it. */
export const DATA = 128;
const PAGE = 65536;
/** Up to here the data may reach; then comes the table of pairs: a byte for each two bytes, the first of which is the lower half of the index. */
export const PAIRS = 2 * PAGE;
/** In the table of pairs: some fingerprint's first two bytes, or its last two. */
export const FIRST_PAIR = 1;
export const LAST_PAIR = 2;
const PAGES = 3;

type Code = readonly number[];
const i32 = 0x7f;
const v128 = 0x7b;
const nothing = 0x40;

/** A number as the binary format has it (unsigned LEB128). */
function leb(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}
const sized = (bytes: Code): Code => [...leb(bytes.length), ...bytes];
const section = (id: number, ...bytes: number[]): Code => [id, ...sized(bytes)];
const name = (letter: string): Code => sized([letter.charCodeAt(0)]);

// Instructions, named as the specification's text format does.
const localGet = (local: number): Code => [0x20, local];
const localSet = (local: number): Code => [0x21, local];
const localTee = (local: number): Code => [0x22, local];
/** @param value 0 to 63. */
const i32Const = (value: number): Code => [0x41, value];
const i32GeS: Code = [0x4e];
const i32Ctz: Code = [0x68];
const i32Add: Code = [0x6a];
const i32Sub: Code = [0x6b];
const i32And: Code = [0x71];
const i32Shl: Code = [0x74];
const i32Load8 = (offset: number): Code => [0x2d, 0x00, ...leb(offset)];
const i32Load16 = (offset: number): Code => [0x2f, 0x00, ...leb(offset)];
const block: Code = [0x02, nothing];
const loop: Code = [0x03, nothing];
const ifThen: Code = [0x04, nothing];
const end: Code = [0x0b];
const br = (depth: number): Code => [0x0c, depth];
const brIf = (depth: number): Code => [0x0d, depth];
const giveBack: Code = [0x0f];
const v128Load = (offset: number): Code => [0xfd, 0x00, 0x00, ...leb(offset)];
const v128Const = (byte: number): Code => [0xfd, 0x0c, ...Array.from({ length: 16 }, () => byte)];
const i8x16Swizzle: Code = [0xfd, 0x0e];
const i8x16Ne: Code = [0xfd, 0x24];
const v128And: Code = [0xfd, 0x4e];
const v128AnyTrue: Code = [0xfd, 0x53];
const i8x16Bitmask: Code = [0xfd, 0x64];
const i8x16ShrU: Code = [0xfd, 0x6d];

// Locals: the two parameters, the six tables, a vector of data, what is left of the groups, at which places that is, and one of these.
const at = 0;
const to = 1;
const table = (index: number): number => 2 + index;
const data = 8;
const left = 9;
const places = 10;
const place = 11;

const positions = Array.from({ length: FINGERPRINT }, (_, position) => position);
const tables = Array.from({ length: 2 * FINGERPRINT }, (_, index) => index);

/** Looks up the byte at a position in its two tables, and leaves the groups that both name on the stack. */
const lookUp = (position: number): Code => [
  ...localGet(at),
  ...v128Load(DATA + position),
  ...localSet(data),
  ...localGet(table(2 * position)),
  ...localGet(data),
  ...v128Const(0x0f),
  ...v128And,
  ...i8x16Swizzle,
  ...localGet(table(2 * position + 1)),
  ...localGet(data),
  ...i32Const(4),
  ...i8x16ShrU,
  ...i8x16Swizzle,
  ...v128And,
];

/** What the table of pairs says of the two bytes that begin so far behind a place. */
const pairAt = (behind: number): Code => [...localGet(place), ...i32Load16(DATA + behind), ...i32Load8(PAIRS)];

/** Gives back the first of the places at which a fingerprint stands, as far as its pairs tell. */
const lookAgain: Code = [
  ...[...localGet(left), ...v128Const(0), ...i8x16Ne, ...i8x16Bitmask, ...localSet(places)],
  ...loop,
  ...[...localGet(at), ...localGet(places), ...i32Ctz, ...i32Add, ...localSet(place)],
  ...[...pairAt(0), ...i32Const(1), ...i32Shl, ...pairAt(1), ...i32And, ...i32Const(LAST_PAIR), ...i32And],
  ...[...ifThen, ...localGet(place), ...giveBack, ...end],
  ...[...localGet(places), ...localGet(places), ...i32Const(1), ...i32Sub, ...i32And, ...localTee(places), ...brIf(0)],
  ...end,
];

const body: Code = [
  ...tables.flatMap((index) => [...i32Const(0), ...v128Load(index * 16), ...localSet(table(index))]),
  ...block,
  ...loop,
  ...[...localGet(at), ...localGet(to), ...i32GeS, ...brIf(1)],
  ...positions.flatMap((position) => [...lookUp(position), ...(position === 0 ? [] : v128And)]),
  ...[...localTee(left), ...v128AnyTrue],
  ...[...ifThen, ...lookAgain, ...end],
  ...[...localGet(at), ...i32Const(16), ...i32Add, ...localSet(at), ...br(0)],
  ...end,
  ...end,
  ...localGet(to),
  ...end,
];

/** The module: exports its memory as `m` and the loop as `f`. */
export const vectorModule = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...section(1, 1, 0x60, 2, i32, i32, 1, i32),
  ...section(3, 1, 0),
  ...section(5, 1, 0x00, PAGES),
  ...section(7, 2, ...name("m"), 0x02, 0, ...name("f"), 0x00, 0),
  ...section(10, 1, ...sized([2, tables.length + 2, v128, 2, i32, ...body])),
]);
