import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import ece from 'http_ece';

/** A message that a push service was asked to deliver, as the browser reads it. */
export type PushedMessage = {
  readonly path: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What the sender says of itself, when its signature is its key's; null when it is not. */
  readonly claims: { readonly aud: string; readonly exp: number; readonly sub: string } | null;
  /** The sender's public key, base64url. */
  readonly key: string;
};

/** A browser's side of a subscription: it alone reads what is sent there. */
export type PushedTo = { endpoint: string; p256dh: string; auth: string };

/** A push service on loopback that speaks the protocol (RFC 8030, 8188, 8291, 8292). */
export type PushEndpoint = {
  readonly origin: string;
  readonly messages: readonly PushedMessage[];
  /** A new browser, whose messages are answered with `status`. */
  subscription(status?: number): PushedTo;
  /** From now on messages to a browser are answered so. */
  answer(to: PushedTo, status: number): void;
  /** Messages to one browser. */
  to(subscription: PushedTo): readonly PushedMessage[];
  stop(): Promise<void>;
};

type Browser = { ecdh: ReturnType<typeof createECDH>; auth: string; status: number };

export async function startPushEndpoint(): Promise<PushEndpoint> {
  const browsers = new Map<string, Browser>();
  const messages: PushedMessage[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const path = request.url ?? '';
      const body = Buffer.concat(await Array.fromAsync<Buffer>(request));
      const browser = browsers.get(path);
      if (!browser) return response.writeHead(404).end();
      const { ecdh, auth, status } = browser;
      const text = ece.decrypt(body, { version: 'aes128gcm', privateKey: ecdh, authSecret: auth });
      const headers = request.headers as Record<string, string>;
      messages.push({ path, text: text.toString('utf8'), headers, ...senderOf(headers) });
      return response.writeHead(status).end();
    })().catch(() => response.writeHead(400).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pathOf = ({ endpoint }: PushedTo): string => new URL(endpoint).pathname;
  return {
    origin,
    messages,
    subscription: (status = 201) => {
      const ecdh = createECDH('prime256v1');
      ecdh.generateKeys();
      const auth = randomBytes(16).toString('base64url');
      const path = `/push/${randomBytes(8).toString('hex')}`;
      browsers.set(path, { ecdh, auth, status });
      const p256dh = ecdh.getPublicKey('base64url');
      return { endpoint: `${origin}${path}`, p256dh, auth };
    },
    answer: (to, status) => {
      const browser = browsers.get(pathOf(to));
      if (browser) browser.status = status;
    },
    to: (subscription) => messages.filter(({ path }) => path === pathOf(subscription)),
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

/** Who has sent it: `Authorization: vapid t=<token>, k=<key>` (RFC 8292), a token signed by that key. */
function senderOf({ authorization = '' }: Record<string, string>) {
  const [, token = '', key = ''] = /^vapid t=([^,]+), ?k=(.+)$/.exec(authorization) ?? [];
  const [head = '', body = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  const isSigned = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as NonNullable<
    PushedMessage['claims']
  >;
  return { key, claims: isSigned ? claims : null };
}
