/** How many bytes a fingerprint has. */
export const FINGERPRINT = 3;
/** Where the data begins in the module's memory; six tables of 16 bytes lie before it. */
export const DATA = 128;
/** Up to here the data may reach; then comes the table of pairs: a byte for each two bytes, the first of which is the lower half of the index. */
export const PAIRS = 131072;
/** In the table of pairs: some fingerprint's first two bytes, or its last two. */
export const FIRST_PAIR = 1;
export const LAST_PAIR = 2;

/** vector-module.wat, assembled. A test holds the two together, and prints what to put here after a change. */
export const vectorModule = Buffer.from(
  "AGFzbQEAAAABBwFgAn9/AX8DAgEABQMBAAMHEQIGbWVtb3J5AgAEZmluZAAACr0CAboCAgh7An9BAP0AAAAhAkEA/QAAECEDQQD9AAAgIQRBAP0AADAhBUEA/QAAQCEG" +
    "QQD9AABQIQcCQANAIAAgAU4NASAA/QAAgAEhCCACIAj9DA8PDw8PDw8PDw8PDw8PDw/9Tv0OIAMgCEEE/W39Dv1OIAD9AACBASEIIAQgCP0MDw8PDw8PDw8PDw8PDw8P" +
    "D/1O/Q4gBSAIQQT9bf0O/U79TiAA/QAAggEhCCAGIAj9DA8PDw8PDw8PDw8PDw8PDw/9Tv0OIAcgCEEE/W39Dv1O/U4iCf1TBEAgCf0MAAAAAAAAAAAAAAAAAAAAAP0k" +
    "/WQhCgNAIAAgCmhqIQsgCy8AgAEtAICACEEBdCALLwCBAS0AgIAIcUECcQRAIAsPCyAKIApBAWtxIgoNAAsLIABBEGohAAwACwsgAQs=",
  "base64",
);
