import { GrpcCallError } from '@astrolabe/grpc';
import { isTransient, NotNow, refusalOfPeer } from './refusals.ts';

/** The hold of a trade is named by its channel and number, as the order's service names it. */
export const holdRefOf = (tradeId: string): string => `tmall:${tradeId}`;

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
