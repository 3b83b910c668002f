import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs, { CompressionTypes } from 'kafkajs';

/** Below this a frame costs more than it saves: requests of a few small messages go as they are. */
const WORTH_IT_BYTES = 16_384;
/** Far above what a batch of records grows to; a frame that says more is none. */
const EXPANDED_MAX_BYTES = 134_217_728;
const FASTEST = { [constants.ZSTD_c_compressionLevel]: 1 };

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** What kafkajs asks of a codec; `buffer` of an encoder is the records one after the other. */
export const zstd = {
  compress: ({ buffer }: { readonly buffer: Buffer }): Promise<Buffer> =>
    compress(buffer, { params: FASTEST }),
  decompress: (frame: Buffer): Promise<Buffer> =>
    decompress(frame, { maxOutputLength: EXPANDED_MAX_BYTES }),
};

/**
 * Gives kafkajs the Zstandard of Node, to write with and to read what others wrote. Events repeat
 * themselves, and kafkajs copies the bytes of a request five times before they are sent: a frame a
 * sixth as long costs this process, the broker and its disk less than the records would.
 */
export function registerZstd(): void {
  kafkajs.CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;
}

/** How records of so many bytes together are sent. */
export const compressionFor = (bytes: number): CompressionTypes =>
  bytes < WORTH_IT_BYTES ? CompressionTypes.None : CompressionTypes.ZSTD;
