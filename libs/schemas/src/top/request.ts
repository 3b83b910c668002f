import type { Result } from '@astrolabe/kernel';
import { err, ok, parseShanghai } from '@astrolabe/kernel';
import type { TopError } from './errors.ts';
import { topError } from './errors.ts';

/** `simplified` is JSON with `simplify=true`: no wrapper, and lists without the name of their elements. */
export type TopFormat = 'xml' | 'json' | 'simplified';

/** Public parameters of a TOP call; the business parameters are the rest. */
export type TopPublicParams = {
  readonly method: string;
  readonly appKey: string;
  readonly timestamp: Date;
  readonly format: TopFormat;
  readonly signMethod: string;
  readonly sign: string;
  readonly session?: string;
  /** The seller that a Qimen call is made for. */
  readonly customerId?: string;
};

/** Versions of `v`: TOP has 2.0 only, Qimen two. */
export const TOP_VERSIONS: readonly string[] = ['2.0'];
export const QIMEN_VERSIONS: readonly string[] = ['1.0', '2.0'];

/** Names that belong to the protocol and never to a business request. */
export const TOP_PUBLIC_NAMES: readonly string[] = [
  'method',
  'app_key',
  'session',
  'timestamp',
  'format',
  'v',
  'sign_method',
  'sign',
  'simplify',
  'partner_id',
  'target_app_key',
  'customerId',
];

/**
 * The format a reply must have even when the request is refused: XML unless JSON is asked for.
 * `simplify` says something about JSON alone (developer document 101617).
 */
export function topFormat(params: ReadonlyMap<string, string>): TopFormat {
  if (params.get('format')?.toLowerCase() !== 'json') return 'xml';
  return params.get('simplify')?.toLowerCase() === 'true' ? 'simplified' : 'json';
}

/**
 * Reads a `timestamp`: `yyyy-MM-dd HH:mm:ss` of Asia/Shanghai, or milliseconds since 1970 in 13 digits,
 * which PyPI `taobao-openapi` sends on every call.
 */
export const parseTopTimestamp = (text: string): Result<Date, 'NOT_A_TIME'> =>
  /^\d{13}$/.test(text) ? ok(new Date(Number(text))) : parseShanghai(text);

/**
 * Reads the public parameters (developer document 101617): `timestamp` as in
 * `parseTopTimestamp`, `format`
 * is XML when absent, `v` is one of `versions`. Whether app key, session, time and signature are good is decided
 * by the caller.
 */
export function decodeTopParams(
  params: ReadonlyMap<string, string>,
  versions: readonly string[] = TOP_VERSIONS,
): Result<TopPublicParams, TopError> {
  const method = params.get('method') ?? '';
  if (method === '') return err(topError('missingMethod'));
  const appKey = params.get('app_key') ?? '';
  if (appKey === '') return err(topError('missingAppKey'));
  const timestamp = params.get('timestamp') ?? '';
  if (timestamp === '') return err(topError('missingTimestamp'));
  const instant = parseTopTimestamp(timestamp);
  if (!instant.ok) return err(topError('invalidTimestamp'));
  const version = params.get('v') ?? '';
  if (version === '') return err(topError('missingVersion'));
  if (!versions.includes(version)) return err(topError('invalidVersion'));
  const format = (params.get('format') ?? '').toLowerCase();
  if (!['', 'xml', 'json'].includes(format)) return err(topError('invalidFormat'));
  const sign = params.get('sign') ?? '';
  if (sign === '') return err(topError('missingSignature'));
  const session = params.get('session') ?? '';
  const customerId = params.get('customerId') ?? '';
  return ok({
    method,
    appKey,
    timestamp: instant.value,
    format: topFormat(params),
    signMethod: params.get('sign_method') ?? '',
    sign,
    ...(session === '' ? {} : { session }),
    ...(customerId === '' ? {} : { customerId }),
  });
}
