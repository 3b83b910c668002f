import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs, { CompressionTypes } from 'kafkajs';
import { decompressFrame } from 'lz4-napi';
import { uncompress } from 'snappy';

/** Below this a frame costs more than it saves: requests of a few small messages go as they are. */
const WORTH_IT_BYTES = 16_384;
/** Far above what a batch of records grows to; a frame that says more is none. */
const EXPANDED_MAX_BYTES = 134_217_728;
/** Node takes 16 KiB of a result at a time: a body of a megabyte would be 64 turns and as many copies. */
const CHUNK_BYTES = { min: 16_384, max: 1_048_576 } as const;
const FRAME_BYTES_MAX = 1_024;
/** About how much our records shrink. */
const EXPANSION = 4;
const FASTEST = { [constants.ZSTD_c_compressionLevel]: 1 };

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** What kafkajs asks of a codec; `buffer` of an encoder is the records one after the other. */
export const zstd = {
  compress: ({ buffer }: { readonly buffer: Buffer }): Promise<Buffer> =>
    compress(buffer, { params: FASTEST, chunkSize: chunkFor(buffer.length + FRAME_BYTES_MAX) }),
  decompress: (frame: Buffer): Promise<Buffer> =>
    decompress(frame, {
      maxOutputLength: EXPANDED_MAX_BYTES,
      chunkSize: chunkFor(frame.length * EXPANSION),
    }),
};

const chunkFor = (bytes: number): number =>
  Math.min(CHUNK_BYTES.max, Math.max(CHUNK_BYTES.min, bytes));

/** Reads LZ4 frames; nothing of ours is written with it. A frame expands 255 times at the most. */
export const lz4 = {
  decompress: (frame: Buffer): Promise<Buffer> => decompressFrame(frame),
};

/** Begins what Java clients write: blocks of Snappy behind their lengths (the xerial format). */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;
const LENGTH_BYTES = 4;

/** Reads Snappy as Java clients write it and as a bare block; nothing of ours is written with it. */
export const snappy = {
  decompress: async (bytes: Buffer): Promise<Buffer> => {
    const blocks = bytes.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)
      ? xerialBlocks(bytes)
      : [bytes];
    return Buffer.concat(await Promise.all(blocks.map(uncompressed)));
  },
};

const uncompressed = async (block: Buffer): Promise<Buffer> =>
  Buffer.from((await uncompress(block, { asBuffer: true })) as Buffer);

function xerialBlocks(bytes: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  let at = XERIAL_HEADER_BYTES;
  while (at + LENGTH_BYTES <= bytes.length) {
    const end = at + LENGTH_BYTES + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new RangeError('a Snappy block ends behind its batch');
    blocks.push(bytes.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return blocks;
}

/**
 * Gives kafkajs the codecs that it lacks: the Zstandard of Node, to write with and to read; LZ4 and
 * Snappy to read what other clients wrote, or what a broker has recompressed. Events repeat
 * themselves, and kafkajs copies the bytes of a request five times before they are sent: a frame a
 * sixth as long costs this process, the broker and its disk less than the records would.
 */
export function registerCodecs(): void {
  kafkajs.CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;
  kafkajs.CompressionCodecs[CompressionTypes.LZ4] = () => lz4;
  kafkajs.CompressionCodecs[CompressionTypes.Snappy] = () => snappy;
}

/** How records of so many bytes together are sent. */
export const compressionFor = (bytes: number): CompressionTypes =>
  bytes < WORTH_IT_BYTES ? CompressionTypes.None : CompressionTypes.ZSTD;
