import { bodyOf, queryOf, typeOf } from '@astrolabe/door';
import { parseForm } from '@astrolabe/schemas/top';
import { verifyAopPush } from '@astrolabe/signing';
import { METRIC, counter } from '@astrolabe/telemetry';
import type { FastifyRequest } from 'fastify';
import { err, ok } from '@astrolabe/kernel';
import type { Clock, Result } from '@astrolabe/kernel';
import { tokensOf } from '../../application/admit.ts';
import type { Admission } from '../../application/admit.ts';
import type { Buckets } from '../../application/buckets.ts';
import type { Connections } from '../../application/platform/ports.ts';
import { secretsAt } from '../../domain/connection.ts';
import type { Connection } from '../../domain/connection.ts';
import { costOf } from '../admission.ts';

/** Distinct secrets that one request is tried with, when it does not say whose it is. */
const SECRETS_TRIED_MAX = 200;

const limited = counter(
  METRIC.inboundLimited,
  'Signed requests of an application above the rate of its connection',
  ['app_key'],
);

export type SignedDeps = {
  readonly admission: Pick<Admission, 'ignores' | 'failed'>;
  readonly connections: Pick<Connections, 'enabled'>;
  readonly rates: Buckets;
  /** For a connection that has none of its own, requests a second. */
  readonly ratePerSecond: number;
  readonly clock: Clock;
  readonly platform: string;
};

/** A form as it came: the field that carries the JSON, and all that may be signed. */
export type SignedForm = {
  readonly json: string;
  readonly params: readonly (readonly [string, string])[];
};

export type FormTrouble = 'WRONG_CONTENT_TYPE' | 'MALFORMED';

/**
 * Reads the form, whatever its type says (field M2, M5); JSON and multipart are no forms (M6). What the address has
 * besides is kept for the signature alone.
 */
export function readForm(request: FastifyRequest, field: string): Result<SignedForm, FormTrouble> {
  const type = typeOf(request);
  if (type === 'application/json' || type.startsWith('multipart/'))
    return err('WRONG_CONTENT_TYPE');
  const form = parseForm(bodyOf(request));
  if (!form.ok) return err('MALFORMED');
  const json = form.value.get(field);
  if (json === undefined) return err('MALFORMED');
  return ok({ json, params: [...queryOf(request), ...form.value] });
}

export type SignedBy = { readonly appKey: string; readonly connections: readonly Connection[] };

export type NotSigned = 'BAD_SIGNATURE' | 'RATE_EXCEEDED';

/**
 * The application whose secret has signed a request, current or previous, and its connections. `isLikely` says whose
 * it claims to be: those are tried first, and the seller is nobody else than who has signed (field section 1).
 */
export async function signedBy(
  deps: SignedDeps,
  request: FastifyRequest,
  { field, form, isLikely }: SignedAs,
): Promise<Result<SignedBy, NotSigned>> {
  const cost = costOf(request);
  if (deps.admission.ignores(cost.peer)) return err('RATE_EXCEEDED');
  const all = await deps.connections.enabled(deps.platform);
  const now = deps.clock();
  const likely = all.filter(isLikely);
  const others = all.filter((one) => !isLikely(one));
  const tried = new Set<string>();
  for (const connection of [...likely, ...others]) {
    const secrets = secretsAt(connection, now);
    const name = `${connection.appKey} ${secrets.join(' ')}`;
    if (tried.has(name)) continue;
    if (tried.size >= SECRETS_TRIED_MAX) break;
    tried.add(name);
    if (!verifyAopPush({ field, params: form.params, secrets })) continue;
    const { appKey } = connection;
    const rate = connection.ratePerSecond || deps.ratePerSecond;
    const tokens = tokensOf(cost.bytes);
    if (!deps.rates.take(appKey, { ratePerSecond: rate, cost: tokens })) {
      limited.inc({ app_key: appKey });
      return err('RATE_EXCEEDED');
    }
    return ok({ appKey, connections: all.filter((one) => one.appKey === appKey) });
  }
  deps.admission.failed({ ...cost, bytes: cost.bytes * Math.max(1, tried.size) });
  return err('BAD_SIGNATURE');
}

export type SignedAs = {
  readonly field: string;
  readonly form: SignedForm;
  readonly isLikely: (connection: Connection) => boolean;
};
