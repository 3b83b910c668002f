import { GrpcCallError } from '@astrolabe/grpc';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuditLog } from '../../application/audit-ports.ts';
import type { User } from '../../application/sign-in-ports.ts';
import { deedOfCall, withoutEffect } from '../../domain/audit.ts';
import type { Deed } from '../../domain/audit.ts';
import { networkOf } from './address.ts';
import { jsonOf } from './json.ts';
import { refusalOf } from './session.ts';

const FAILED = 'FAILED';
const REFUSED_FROM = 400;

export type Audited = {
  path: string;
  user: User;
  sellerId: string;
  /** Reads the value that the call replaces; absent where it replaces none. */
  replaced?: (() => Promise<unknown>) | undefined;
};

/** In place of a value that could not be read: the change itself says why it fails, if it does. */
const UNREAD = 'UNREAD';

/**
 * Does what changes something once it stands in the log: no effect without an entry. What was refused
 * or failed gets a second entry that says so. A process that dies between leaves the first alone.
 */
export async function audited(
  audit: Pick<AuditLog, 'append'>,
  { path, user, sellerId, replaced }: Audited,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => unknown,
): Promise<unknown> {
  const { login, name } = user;
  const params = request.params as Partial<Record<string, string>>;
  const asked: Deed = deedOfCall(
    { path, params, body: jsonOf(request.body), replaced: await readOf(replaced) },
    { login, name, sellerId, address: networkOf(request.ip) },
  );
  const { sequence } = await audit.append(asked);
  const tell = (outcome: string) => audit.append(withoutEffect(asked, sequence, outcome));
  try {
    const answer = await work();
    if (reply.statusCode >= REFUSED_FROM) await tell(refusalOf(reply) ?? FAILED);
    return answer;
  } catch (error) {
    await tell(error instanceof GrpcCallError ? error.reason || FAILED : FAILED);
    throw error;
  }
}

/** What stands before the call. Somebody else may change it in the same moment: both entries stand in the log. */
async function readOf(replaced: Audited['replaced']): Promise<unknown> {
  try {
    return await replaced?.();
  } catch {
    return UNREAD;
  }
}
