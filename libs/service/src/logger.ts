import { currentTraceparent } from '@astrolabe/telemetry';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

export type { Logger } from 'pino';

/** Fields that hold secrets or personal data wherever they appear. */
const HIDDEN_FIELDS = new Set(
  [
    'secret,secrets,token,access_token,accesstoken,session,sign,password,authorization,apikey',
    'name,receiver_name,receivername,buyer_nick,buyernick,phone,tel,mobile,receiver_mobile',
    'receiver_phone,receivermobile,address,receiver_address,detailaddress,receiveraddress',
    'email,oaid,zip,rawbody,body,payload',
  ]
    .join(',')
    .split(','),
);
const HIDDEN = '[hidden]';
const DEPTH_MAX = 8;

/** A copy without the fields that must not be logged, at any depth. */
export function hideSensitive(value: unknown, depth = 0): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (value instanceof Error) return describeError(value);
  if (depth >= DEPTH_MAX) return '[deep]';
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((item) => hideSensitive(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      HIDDEN_FIELDS.has(key.toLowerCase()) ? HIDDEN : hideSensitive(inner, depth + 1),
    ]),
  );
}

/** An error's kind, message and stack; none of the fields that drivers hang on it. */
function describeError(error: Error): Record<string, unknown> {
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(error.cause instanceof Error ? { cause: describeError(error.cause) } : {}),
  };
}

/** JSON lines with ISO time, the active trace, and nothing that must stay private. */
export function createLogger(
  options: { service: string; level: string },
  destination?: DestinationStream,
): Logger {
  const settings = {
    level: options.level,
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => hideSensitive(fields) as Record<string, unknown>,
    },
    serializers: { err: (error: unknown) => error },
    mixin: () => {
      const traceparent = currentTraceparent();
      if (traceparent === undefined) return {};
      const [, trace_id, span_id] = traceparent.split('-');
      return { trace_id, span_id };
    },
  };
  return destination ? pino(settings, destination) : pino(settings);
}
