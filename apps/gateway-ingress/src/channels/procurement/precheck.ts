import type { PrecheckFailure } from '@astrolabe/contracts/order';
import { NotNow, TRY_AGAIN, queryOf, refusalOfPeer } from '@astrolabe/door';
import type { Protocol, Told } from '@astrolabe/door';
import { err, ok } from '@astrolabe/kernel';
import {
  PRECHECK_CODES,
  PRECHECK_FIELD,
  decodePrecheck,
  encodePrecheckVerdict,
} from '@astrolabe/schemas/procurement';
import type {
  PrecheckCode,
  PrecheckRequest,
  PrecheckVerdict,
} from '@astrolabe/schemas/procurement';
import type { Connection } from '../../domain/connection.ts';
import type { Peers } from '../peers.ts';
import { readForm, signedBy } from './signed.ts';
import type { SignedBy, SignedDeps, SignedForm } from './signed.ts';

export const PRECHECK_PATH = '/1688/precheck';
const JSON_TYPE = 'application/json;charset=utf-8';
/** Whole time of an answer, and what the router has of it (catalogue P-G2, E.7). */
const ANSWER_MS = 800;
const ROUTER_MS = 700;
/** Left of the time for the way back. */
const SPARE_MS = 40;

export type PrecheckDeps = SignedDeps & {
  readonly peers: Pick<Peers, 'procurement'>;
  /** Monotonic milliseconds. */
  readonly ticks: () => number;
};

type Call = { readonly form: SignedForm; readonly addressId: string; readonly endsAt: number };

const told = (verdict: string, answer: PrecheckVerdict): Told => ({
  verdict,
  type: JSON_TYPE,
  body: encodePrecheckVerdict(answer),
});
const failed = (code: PrecheckCode, message: string): PrecheckVerdict => ({
  kind: 'failed',
  code,
  message,
});
const BUSY = failed('SYSTEM_BUSY', 'no verdict could be reached, ask again');

/**
 * The pre-check of a requisition (document 000, interface 1). It is read and nothing more: no request is kept and
 * nothing is held. Whatever is not known within 800 ms is "not checked", and never "passed".
 */
export const precheckProtocol = (deps: PrecheckDeps): Protocol<Call, SignedBy> => ({
  channel: 'procurement-precheck',
  verdicts: ['BAD_SIGNATURE', 'RATE_EXCEEDED', 'PASSED', 'REFUSED'],
  paths: [PRECHECK_PATH],
  methods: ['POST'],
  read: (request) => {
    const endsAt = deps.ticks() + ANSWER_MS;
    const form = readForm(request, PRECHECK_FIELD);
    if (form.ok) return ok({ form: form.value, addressId: addressIdOf(request), endsAt });
    return err(told(form.error, failed('PARAM_INVALID', `a form with ${PRECHECK_FIELD}`)));
  },
  admit: async ({ form, addressId, endsAt }, request) => {
    const isLikely = (one: Connection): boolean => addressId !== '' && one.addressId === addressId;
    const signing = signedBy(deps, request, { field: PRECHECK_FIELD, form, isLikely });
    const signed = await inTime(signing, endsAt - deps.ticks()).catch(() => null);
    if (signed === null) return err(told('NOT_NOW', BUSY));
    if (signed.ok) return signed;
    if (signed.error === 'RATE_EXCEEDED') return err(told('RATE_EXCEEDED', BUSY));
    return err(told('BAD_SIGNATURE', failed('SIGN_INVALID', 'the signature does not fit')));
  },
  prepare: ({ form, addressId, endsAt }, { connections }) => {
    const asked = decodePrecheck(form.json);
    if (!asked.ok) {
      return err(told('REFUSED', { kind: 'refused', code: 'PARAM_INVALID', message: asked.error }));
    }
    const connection = sellerOf(connections, addressId);
    if (!connection) {
      const message = 'several sellers have this application: the address needs ?id=';
      return err(told('MALFORMED', failed('PARAM_INVALID', message)));
    }
    return ok({
      name: 'precheck',
      order: null,
      kept: null,
      run: async () => {
        const leftMs = endsAt - deps.ticks() - SPARE_MS;
        const verdict = await inTime(ask(deps, connection.sellerId, asked.value, leftMs), leftMs);
        const name = verdict.kind === 'passed' ? 'PASSED' : 'REFUSED';
        return { body: encodePrecheckVerdict(verdict), isDone: true, verdict: name };
      },
      refuse: () => encodePrecheckVerdict(BUSY),
    });
  },
  say: (_call, verdict, body) => ({ verdict, type: JSON_TYPE, body }),
  refuse: (_request, { code, message }) => ({
    type: JSON_TYPE,
    body: encodePrecheckVerdict(
      code.startsWith('isp.') ? BUSY : failed('PARAM_INVALID', `${code} ${message}`),
    ),
  }),
});

const addressIdOf = (request: Parameters<typeof queryOf>[0]): string =>
  queryOf(request).find(([name]) => name === 'id')?.[1] ?? '';

/** The call does not say whom it is for: the application's only seller, or the one that the address names. */
const sellerOf = (connections: readonly Connection[], addressId: string): Connection | undefined =>
  connections.length === 1 && addressId === ''
    ? connections[0]
    : connections.find((one) => addressId !== '' && one.addressId === addressId);

/** What the work comes to within so many milliseconds. */
async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  // No timer that is a promise: to abort one makes an error with its stack for every pre-check.
  const timer = setTimeout(() => reject(new NotNow(TRY_AGAIN)), Math.max(0, ms));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function ask(
  { peers }: Pick<PrecheckDeps, 'peers'>,
  sellerId: string,
  { buyerLoginId, regionCode = '', lines }: PrecheckRequest,
  leftMs: number,
): Promise<PrecheckVerdict> {
  const request = {
    sellerId,
    buyerLoginId,
    regionCode,
    lines: lines.map((line) => ({
      mallGoodsId: line.mallGoodsId,
      skuId: line.skuId,
      cargoNo: line.cargoNo,
      outSkuId: line.outSkuId,
      priceYuan: line.price,
      quantity: line.amount,
    })),
  };
  try {
    const deadlineMs = Math.max(1, Math.floor(Math.min(ROUTER_MS, leftMs)));
    const answer = await peers.procurement.call('precheck', request, { deadlineMs });
    return verdictOf(answer);
  } catch (error) {
    throw new NotNow(refusalOfPeer(error));
  }
}

/** All lines pass or none does; the first reason is the code, and each line that fails is named. */
function verdictOf(answer: {
  readonly passed: boolean;
  readonly failures: readonly PrecheckFailure[];
}): PrecheckVerdict {
  const [first] = answer.failures;
  if (!first) return answer.passed ? { kind: 'passed' } : BUSY;
  const code = PRECHECK_CODES.find((one) => one === first.code) ?? 'SYSTEM_BUSY';
  const message = answer.failures.map((failure) => failure.message).join('; ');
  return { kind: 'refused', code, message };
}
