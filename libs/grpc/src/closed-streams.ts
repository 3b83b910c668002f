import { subscribe } from 'node:diagnostics_channel';
import type { Http2Stream } from 'node:http2';

/** Where Node tells of each stream as it opens it, on both sides. */
const OPENED = ['http2.server.stream.created', 'http2.client.stream.created'];

let isListening = false;

/**
 * Cuts what a closed stream refers to: its listeners, and with them the library's whole call. A stream of
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
}

const ignore = (): void => {};

/** Nothing is told after `close`; an error that were would end the process without somebody to hear it. */
function letGo(this: Http2Stream): void {
  // First those who want to hear of each one that goes, so that the rest goes at once.
  this.removeAllListeners('removeListener');
  this.removeAllListeners();
  this.on('error', ignore);
}
