import { promisify } from 'node:util';
import {
  constants,
  zstdCompress,
  zstdCompressSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib';

/** Below this a frame's own bytes and the call cost more than they save. */
const WORTH_IT_BYTES = 1_024;
const FASTEST = 1;

export type Stored = { readonly bytes: Uint8Array; readonly compressed: boolean };

const paramsOf = (level: number) => ({
  [constants.ZSTD_c_compressionLevel]: level,
  // Whatever is altered in a frame is noticed when it is expanded.
  [constants.ZSTD_c_checksumFlag]: 1,
});

/**
 * Zstandard at its fastest level, at once: for the journal, whose callers wait. What it holds repeats
 * itself, so it shrinks to a fraction in less time than another thread would take to answer.
 */
export function compressNow(bytes: Uint8Array): Stored {
  if (bytes.byteLength < WORTH_IT_BYTES) return { bytes, compressed: false };
  return { bytes: zstdCompressSync(bytes, { params: paramsOf(FASTEST) }), compressed: true };
}

const shrink = promisify(zstdCompress);

/** Zstandard on another thread, for what no call waits for; `bytes` must not change meanwhile. */
export async function compress(bytes: Uint8Array, level = FASTEST): Promise<Stored> {
  if (bytes.byteLength < WORTH_IT_BYTES) return { bytes, compressed: false };
  return { bytes: await shrink(bytes, { params: paramsOf(level) }), compressed: true };
}

/** More than most records of the journal grow to: one piece of memory, allocated once. */
const CHUNK_BYTES = 131_072;

/**
 * A frame as it was, at once: quicker than to ask another thread for as little as a record. Throws when
 * the bytes are no such frame, or one that grows beyond `limitBytes`.
 */
export const decompressNow = (bytes: Uint8Array, limitBytes: number): Buffer =>
  zstdDecompressSync(bytes, { maxOutputLength: limitBytes, chunkSize: CHUNK_BYTES });

const expand = promisify(zstdDecompress);

/**
 * The same on another thread, for larger frames; rejects where the other throws. What grows to at most
 * `chunkBytes` comes out in one piece.
 */
export const decompress = (
  bytes: Uint8Array,
  limitBytes: number,
  chunkBytes = CHUNK_BYTES,
): Promise<Buffer> => expand(bytes, { maxOutputLength: limitBytes, chunkSize: chunkBytes });
