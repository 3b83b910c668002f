import type { FastifyReply } from 'fastify';
import { GRPC, GrpcCallError } from '@astrolabe/grpc';

const PAGE_SIZE = 50;

export type SellerParams = { seller: string };
export type PageQuery = { token?: string };

/** A page of a list; an empty token is the first. */
export const pageOf = ({ token = '' }: PageQuery) => ({ size: PAGE_SIZE, token });

/** null for what is not there (yet); every other failure goes on. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GrpcCallError && error.code === GRPC.notFound) return null;
    throw error;
  }
}

/** Says why a request is not answered, in the API's form. */
export const refuse = (reply: FastifyReply, status: number, code: string, message: string) =>
  reply.code(status).send({ code, message });
