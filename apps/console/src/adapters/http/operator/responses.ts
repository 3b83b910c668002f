import { GRPC, GrpcCallError } from '@astrolabe/grpc';
import type { FastifyReply } from 'fastify';
import { refuse } from '../session.ts';

const PAGE_SIZE = 50;

/** A page of a list; an empty token is the first. */
export const pageOf = ({ token = '' }: Partial<Record<string, string>>) => ({
  size: PAGE_SIZE,
  token,
});

/** Pages that are looked through for one of their items. */
const LOOKED_MAX = 20;
const LOOKED_SIZE = 500;

/** The item of a list that is meant; null where it is not among its first ten thousand. */
export async function findIn<T>(
  read: (page: {
    size: number;
    token: string;
  }) => Promise<{ items: readonly T[]; nextToken: string }>,
  isMeant: (item: T) => boolean,
): Promise<T | null> {
  let token = '';
  for (let page = 0; page < LOOKED_MAX; page += 1) {
    const { items, nextToken } = await read({ size: LOOKED_SIZE, token });
    const found = items.find(isMeant);
    if (found || nextToken === '') return found ?? null;
    token = nextToken;
  }
  return null;
}

/** null for what is not there (yet); every other failure goes on. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GrpcCallError && error.code === GRPC.notFound) return null;
    throw error;
  }
}

/** A body that cannot be taken. */
export const incomplete = (reply: FastifyReply) =>
  refuse(reply, 400, 'BAD_REQUEST', { message: 'a field is missing or not right' });

/** No cache keeps a secret. */
export const unkept = (reply: FastifyReply): void => void reply.header('cache-control', 'no-store');
