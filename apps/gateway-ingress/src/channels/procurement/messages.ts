import { NotNow, TRY_AGAIN, bodyOf } from '@astrolabe/door';
import type { Protocol, Told } from '@astrolabe/door';
import { err, ok } from '@astrolabe/kernel';
import { MESSAGE_FIELD } from '@astrolabe/schemas/procurement';
import { receivedBy } from '../../application/platform/inbox.ts';
import type { Taken } from '../../application/platform/inbox.ts';
import { orderOfNews } from '../../domain/platform-message.ts';
import type { ReceivedMessage } from '../../domain/platform-message.ts';
import { SUB_ORDERS_BODY_BYTES } from '../body-limits.ts';
import { readProcurementMessage } from './read-message.ts';
import { readForm, signedBy } from './signed.ts';
import type { SignedBy, SignedDeps, SignedForm } from './signed.ts';

export const MESSAGE_PATH = '/1688/message';
const TEXT_TYPE = 'text/plain;charset=utf-8';

/**
 * The platform reads the status alone: 200 is "taken", and what is not durable is sent again (catalogue P-G3). A
 * signature that does not fit, and what is no form, leave nothing behind.
 */
const STATUSES = {
  BAD_SIGNATURE: 401,
  MALFORMED: 400,
  RATE_EXCEEDED: 429,
  TOO_LARGE: 413,
  WRONG_CONTENT_TYPE: 415,
} as const;

export type MessageDeps = SignedDeps & {
  readonly take: (received: ReceivedMessage) => Promise<Taken>;
};

/** A form, and what its message says of itself. */
type Call = {
  readonly form: SignedForm;
  readonly claimed: ReturnType<typeof readProcurementMessage>;
};

const said = (verdict: string, body: string): Told => ({ verdict, type: TEXT_TYPE, body });
const refused = (verdict: keyof typeof STATUSES) => err(said(verdict, verdict));

/**
 * Messages of enterprise procurement (document 000): a form of `message` and `_aop_signature`. A message is answered
 * once its event is published, or it is a dead letter; what it is about is read by whoever acts on it, later.
 */
export const messageProtocol = (deps: MessageDeps): Protocol<Call, SignedBy> => ({
  channel: 'procurement',
  verdicts: [
    ...Object.keys(STATUSES),
    'PROBED',
    'TAKEN',
    'TEST',
    'UNREADABLE',
    'UNKNOWN_TYPE',
    'UNKNOWN_MEMBER',
  ],
  paths: [MESSAGE_PATH],
  methods: ['GET', 'HEAD', 'POST'],
  statuses: STATUSES,
  notNowStatus: 503,
  read: (request) => {
    // The address is tried before it is saved (field M1).
    if (request.method !== 'POST') return err(said('PROBED', 'ok'));
    if (bodyOf(request).length > SUB_ORDERS_BODY_BYTES) return refused('TOO_LARGE');
    const form = readForm(request, MESSAGE_FIELD);
    if (!form.ok) return refused(form.error);
    return ok({ form: form.value, claimed: readProcurementMessage(form.value.json) });
  },
  admit: async ({ form, claimed }, request) => {
    const memberId = claimed.ok ? claimed.value.memberId : '';
    const isLikely = (one: { memberId: string }): boolean => one.memberId === memberId;
    const signed = await signedBy(deps, request, { field: MESSAGE_FIELD, form, isLikely });
    return signed.ok ? signed : refused(signed.error);
  },
  prepare: ({ form, claimed }, { appKey, connections }) => {
    const { platform } = deps;
    const received = receivedBy({ platform, appKey }, connections, form.json, claimed);
    const { message, connection } = received;
    const news = message?.news === 'TEST' ? null : message?.news;
    return ok({
      name: news?.kind ?? 'message',
      order: news && connection ? orderOfNews(platform, connection.sellerId, news) : null,
      // A message is known by its own id.
      kept: null,
      run: async () => {
        const verdict = await deps.take(received);
        if (verdict === 'NOT_PUBLISHED') throw new NotNow(TRY_AGAIN);
        return { body: 'success', isDone: true, verdict };
      },
      refuse: ({ code }) => code,
    });
  },
  say: (_call, verdict, body) => said(verdict, body),
  refuse: (_request, { code }) => ({ type: TEXT_TYPE, body: code }),
});
