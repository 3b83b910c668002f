import { subscribe } from 'node:diagnostics_channel';
import { constants } from 'node:http2';
import type { Http2Stream, ServerHttp2Stream } from 'node:http2';

/** Where Node tells of each stream as it opens it, on both sides. */
const SERVED = 'http2.server.stream.created';
const OPENED = [SERVED, 'http2.client.stream.created'];

let isListening = false;

/**
 * Ends streams that were answered, and cuts what a closed stream refers to: its listeners, and with them the library's whole call. A stream of
 * Node refers to itself from a function that V8 puts into old memory at once, so that every one lives
 * until the next full collection; what it refers to need not.
 */
export function letClosedStreamsGo(): void {
  if (isListening) return;
  isListening = true;
  for (const channel of OPENED) {
    subscribe(channel, (opened) => {
      (opened as { readonly stream: Http2Stream }).stream.once('close', letGo);
    });
  }
  subscribe(SERVED, (opened) => endWhenAnswered((opened as { stream: ServerHttp2Stream }).stream));
}

/**
 * A stream that was answered to the end is over: what its caller might still send is not wanted, and the library
 * would keep it half open until the caller ends it (RFC 9113, 8.1: after a complete response, NO_ERROR).
 */
function endWhenAnswered(stream: ServerHttp2Stream): void {
  const end = (): void => {
    if (!stream.closed && !stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
  };
  stream.once('finish', () => {
    if (isWhole(stream)) setImmediate(end);
  });
  // Trailers go out in the next turn; a stream that were ended in it would lose them.
  stream.once('wantTrailers', () => setImmediate(() => setImmediate(end)));
}

/** True for an answer without trailers: a refusal, whose headers are its trailers. */
function isWhole({ sentHeaders }: ServerHttp2Stream): boolean {
  return sentHeaders?.['grpc-status'] !== undefined || sentHeaders?.[':status'] !== OK;
}

const OK = 200;

const ignore = (): void => {};

/** Nothing is told after `close`; an error that were would end the process without somebody to hear it. */
function letGo(this: Http2Stream): void {
  // First those who want to hear of each one that goes, so that the rest goes at once.
  this.removeAllListeners('removeListener');
  this.removeAllListeners();
  this.on('error', ignore);
}
