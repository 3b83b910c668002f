import { IngressAdminServiceClient, Session } from '@astrolabe/contracts/ingress';
import { createGrpcClient } from '@astrolabe/grpc';
import { UsageError, peerOf, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;
const LIMIT_MAX = 500;
const DAYS_MAX = 400;

const connect = ({ environment }: Invocation) =>
  createGrpcClient(
    IngressAdminServiceClient,
    peerOf(environment, 'GATEWAY_ADMIN_ADDRESS', DEADLINE_MS),
  );

function wholeNumber(text: string | undefined, name: string, max: number): number {
  if (text === undefined) return 0;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new UsageError(`${name} is not a whole number from 1 to ${max}`);
  }
  return value;
}

/** `session issue`: the token is printed once and stored nowhere. */
export async function sessionIssue(invocation: Invocation): Promise<void> {
  const { words, option, output } = invocation;
  const order = {
    appKey: required(words[0], 'APP_KEY'),
    sellerId: required(option('seller'), '--seller'),
    actor: required(option('actor'), '--actor'),
    validDays: wholeNumber(option('days'), '--days', DAYS_MAX),
  };
  const client = connect(invocation);
  try {
    const { token, session } = await client.call('issueSession', order);
    output.out(JSON.stringify({ token, ...(session ? printed(session) : {}) }));
  } finally {
    client.close();
  }
}

/** `session list`: one JSON line per session of a key, newest first, those that have ended too. */
export async function sessionList(invocation: Invocation): Promise<void> {
  const { words, option, output } = invocation;
  const appKey = required(words[0], 'APP_KEY');
  const sellerId = option('seller') ?? '';
  const size = wholeNumber(option('limit'), '--limit', LIMIT_MAX);
  const client = connect(invocation);
  try {
    const page = { size, token: '' };
    const { sessions } = await client.call('listSessions', { appKey, sellerId, page });
    for (const session of sessions) output.out(JSON.stringify(printed(session)));
  } finally {
    client.close();
  }
}

/** `session revoke`: ends a session by its id, within seconds at every gateway. */
export async function sessionRevoke(invocation: Invocation): Promise<void> {
  const { words, output } = invocation;
  const sessionId = required(words[0], 'SESSION');
  const client = connect(invocation);
  try {
    const { session } = await client.call('revokeSession', { sessionId });
    if (session) output.out(JSON.stringify(printed(session)));
  } finally {
    client.close();
  }
}

const printed = (session: Session): object => Session.toJSON(session) as object;
