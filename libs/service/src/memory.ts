import { setFlagsFromString } from 'node:v8';

/**
 * How a process of ours collects garbage; to be called before it does anything else. Young garbage is meant to be
 * collected young, and full collections are to be few:
 *
 * - Buffers lie outside of JavaScript's own memory. By itself V8 begins a full collection for every 64 MiB of
 *   them, however much memory lives; here they count together with it, against one limit.
 * - V8 puts objects of a place in the code where many once survived into old memory at once. Under load that
 *   is wrong for most of them, and what a dead object in old memory refers to is kept, and
 *   moved there too, until the next full collection.
 *
 * Threads of the process follow.
 */
export function tuneMemory(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit');
  setFlagsFromString('--no-allocation-site-pretenuring');
}
