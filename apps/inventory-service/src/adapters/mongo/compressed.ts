import { promisify } from 'node:util';
import { constants, zstdCompressSync, zstdDecompress } from 'node:zlib';

/** Below this a frame's own bytes and the call cost more than they save. */
const WORTH_IT_BYTES = 1_024;
const FASTEST = 1;

export type Stored = { readonly bytes: Uint8Array; readonly compressed: boolean };

/**
 * Zstandard, at its fastest level unless told otherwise. What the journal and the snapshots hold repeats itself, so it
 * shrinks to a fraction in less time than the socket would take for the difference.
 */
export function compress(bytes: Uint8Array, level = FASTEST): Stored {
  if (bytes.byteLength < WORTH_IT_BYTES) return { bytes, compressed: false };
  const params = {
    [constants.ZSTD_c_compressionLevel]: level,
    // Whatever is altered in a frame is noticed when it is expanded.
    [constants.ZSTD_c_checksumFlag]: 1,
  };
  return { bytes: zstdCompressSync(bytes, { params }), compressed: true };
}

/** About what a record of the journal grows to: one piece of memory, taken once. */
const CHUNK_BYTES = 65_536;

const expand = promisify(zstdDecompress);

/**
 * Another thread does it, so many frames at once take no time of this one. Rejects when the bytes are
 * no such frame, or one that grows beyond `limitBytes`.
 */
export const decompress = (bytes: Uint8Array, limitBytes: number): Promise<Buffer> =>
  expand(bytes, { maxOutputLength: limitBytes, chunkSize: CHUNK_BYTES });
