import { IngressAdminServiceClient, Session } from '@astrolabe/contracts/ingress';
import type { Command } from '../command.ts';
import { createClient, peerOf } from '../clients.ts';
import { PAGE, printPage, required, wholeNumber } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;
const DAYS_MAX = 400;

const connect = ({ environment }: Invocation) =>
  createClient(
    IngressAdminServiceClient,
    peerOf(environment, 'GATEWAY_ADMIN_ADDRESS', DEADLINE_MS),
  );

/** `session issue`: the token is printed once and stored nowhere. */
async function sessionIssue(invocation: Invocation): Promise<void> {
  const { words, option, output } = invocation;
  const order = {
    appKey: required(words[0], 'APP_KEY'),
    sellerId: required(option('seller'), '--seller'),
    actor: required(option('actor'), '--actor'),
    validDays: wholeNumber(option('days'), '--days', { min: 1, max: DAYS_MAX, otherwise: 0 }),
  };
  const client = connect(invocation);
  try {
    const { token, session } = await client.call('issueSession', order);
    output.row({ token, ...(session ? printed(session) : {}) });
  } finally {
    client.close();
  }
}

/** `session list`: one JSON line per session of a key, newest first, those that have ended too. */
async function sessionList(invocation: Invocation): Promise<void> {
  const { words, option } = invocation;
  const appKey = required(words[0], 'APP_KEY');
  const sellerId = option('seller') ?? '';
  const client = connect(invocation);
  try {
    await printPage(
      invocation,
      (page) => client.call('listSessions', { appKey, sellerId, page }),
      ({ sessions }) => sessions.map(printed),
    );
  } finally {
    client.close();
  }
}

/** `session revoke`: ends a session by its id, within seconds at every gateway. */
async function sessionRevoke(invocation: Invocation): Promise<void> {
  const { words, output } = invocation;
  const sessionId = required(words[0], 'SESSION');
  const client = connect(invocation);
  try {
    const { session } = await client.call('revokeSession', { sessionId });
    if (session) output.row(printed(session));
  } finally {
    client.close();
  }
}

const printed = (session: Session): object => Session.toJSON(session) as object;

/** Its part of the command line. */
export const SESSION_COMMANDS: readonly Command[] = [
  {
    name: 'session issue',
    words: ['<APP_KEY>'],
    summary:
      'a session with which the key acts for a seller at TOP; its token is shown here and never again',
    needs: ['seller', 'actor'],
    takes: ['days'],
    variables: ['GATEWAY_ADMIN_ADDRESS'],
    examples: ['session issue 4272 --seller 21230 --actor li --days 30'],
    changes: true,
    run: sessionIssue,
  },
  {
    name: 'session list',
    words: ['<APP_KEY>'],
    summary: 'sessions of a key, newest first, those that have ended too',
    takes: ['seller', ...PAGE],
    variables: ['GATEWAY_ADMIN_ADDRESS'],
    examples: ['session list 4272'],
    run: sessionList,
  },
  {
    name: 'session revoke',
    words: ['<SESSION>'],
    summary: 'ends a session, by its id and not its token, within seconds',
    variables: ['GATEWAY_ADMIN_ADDRESS'],
    examples: ['session revoke 6a1b'],
    changes: true,
    run: sessionRevoke,
  },
];
