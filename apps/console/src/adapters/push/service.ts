import { createECDH } from 'node:crypto';
import { HttpFailure } from '@astrolabe/http';
import type { Destinations, HttpClient } from '@astrolabe/http';
import type { Failed } from '@astrolabe/outbound';
import webPush from 'web-push';
import type { PushService } from '../../application/push-ports.ts';
import type { PushAddress } from '../../domain/push.ts';

/** Its private key of VAPID (RFC 8292), 32 bytes in base64, and whom a push service may ask about us. */
export type PushSettings = { key: string; contact: string; allowHttp: boolean };

type Deps = {
  http: Pick<HttpClient, 'request'>;
  destinations: Pick<Destinations, 'leadsInside'>;
};

const GONE: readonly number[] = [404, 410];
const TOO_MANY = 429;
const KEY_BYTES = 32;

/** No messages: the pages do not offer them. */
const NONE: PushService = {
  publicKey: '',
  mayBeCalled: async () => false,
  send: async () => ({ kind: 'refused', problem: { code: 'NO_PUSH_KEY', message: '' } }),
};

/** @throws TypeError when the key is no private key of P-256. */
function keysOf(key: string): { publicKey: string; privateKey: string } {
  const secret = Buffer.from(key, 'base64');
  if (secret.length !== KEY_BYTES) throw new TypeError('PUSH_KEY is 32 random bytes, base64');
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(secret);
  return { publicKey: pair.getPublicKey('base64url'), privateKey: secret.toString('base64url') };
}

/**
 * Messages to browsers by their push services: encrypted for the browser (RFC 8291, aes128gcm), signed by
 * us (VAPID, RFC 8292). Where a browser takes them is its word, so it is called only outside.
 */
export function createPushService(
  { key, contact, allowHttp }: PushSettings,
  { http, destinations }: Deps,
): PushService {
  if (key === '') return NONE;
  const keys = keysOf(key);
  const vapidDetails = { subject: contact, ...keys };
  return {
    publicKey: keys.publicKey,
    mayBeCalled: async ({ endpoint }) => {
      const url = URL.parse(endpoint);
      if (!url || url.username !== '' || url.password !== '') return false;
      if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) return false;
      return !(await destinations.leadsInside(url));
    },
    send: async (to, message, { topic, seconds }) => {
      const { endpoint, headers, body } = webPush.generateRequestDetails(
        subscriptionOf(to),
        JSON.stringify(message),
        { vapidDetails, TTL: seconds, topic, urgency: 'high', contentEncoding: 'aes128gcm' },
      );
      try {
        const request = { url: endpoint, method: 'POST' as const, headers: textsOf(headers), body };
        const { status } = await http.request(request);
        return GONE.includes(status) ? { kind: 'gone' } : outcomeOf(status);
      } catch (error) {
        return failureOf(error);
      }
    },
  };
}

const subscriptionOf = ({ endpoint, p256dh, auth }: PushAddress) => ({
  endpoint,
  keys: { p256dh, auth },
});

/** The library counts some headers as numbers. */
const textsOf = (headers: object): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

function outcomeOf(status: number): { kind: 'succeeded' } | Failed {
  if (status >= 200 && status < 300) return { kind: 'succeeded' };
  const isLater = status >= 500 || status === TOO_MANY;
  const problem = { code: `HTTP_${status}`, message: '' };
  return { kind: isLater ? 'unanswered' : 'refused', problem };
}

function failureOf(error: unknown): Failed {
  if (!(error instanceof HttpFailure)) throw error;
  const problem = { code: 'PUSH_SERVICE_AWAY', message: error.message };
  return { kind: error.outcome === 'unknown' ? 'unknown' : 'unanswered', problem };
}
