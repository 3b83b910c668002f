import { GrpcCallError } from '@astrolabe/grpc';
import { isTransient, NotNow, refusalOfPeer } from './refusals.ts';

/** Nothing there is an answer; a peer that does not decide is none. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    const refusal = refusalOfPeer(error);
    if (isTransient(refusal)) throw new NotNow(refusal);
    if (error instanceof GrpcCallError) return null;
    throw error;
  }
}
