import { setFlagsFromString } from 'node:v8';

/**
 * Lets old memory grow to three times of what lived in it at the last full collection. By itself the engine of
 * JavaScript lets the writer's thread grow to five times: seldom, but then it stops for long, because a call
 * over HTTP/2 leaves a dozen texts outside of that memory, each of which has to be let go by itself.
 * Threads whose garbage lies outside of it it would hardly let grow at all.
 */
export const letMemoryGrow = (): void => setFlagsFromString('--heap-growing-percent=200');
