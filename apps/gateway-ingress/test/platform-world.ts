import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  PlatformAccessServiceClient,
  PlatformAdminServiceClient,
} from '@astrolabe/contracts/ingress';
import { ProcurementServiceService } from '@astrolabe/contracts/order';
import type { PrecheckRequest, PrecheckResponse } from '@astrolabe/contracts/order';
import { createGrpcServer, unary } from '@astrolabe/grpc';
import { signAop } from '@astrolabe/signing';
import {
  cleanUpWith,
  procurementConnection,
  procurementMessage,
  startService,
  testDatabase,
  testIdentity,
  unanswered,
} from '@astrolabe/testing';
import { ConfigSchema } from '../src/config.ts';
import { createService } from '../src/service.ts';
import { logger } from './peers.ts';
import { SELLER } from './running-gateway.ts';

export const MEMBER = 'b2b-3081850159d0afc';
export const SECRET = 'test123';

/** What the platform answers to each of its addresses, by the interface's name. */
export type Platform = {
  readonly url: string;
  readonly asked: { readonly api: string; readonly fields: Record<string, string> }[];
  answer: (api: string, fields: Record<string, string>, appKey: string) => object | Promise<object>;
};

/** A platform's gateway that the test plays. */
export async function startPlatform(): Promise<Platform> {
  const asked: Platform['asked'][number][] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [api = '', appKey = ''] = (request.url ?? '').split('/').slice(-2);
      const fields = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
      asked.push({ api, fields });
      void Promise.resolve(platform.answer(api, fields, appKey)).then((body) =>
        response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUpWith(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const platform: Platform = { url: `http://127.0.0.1:${port}`, asked, answer: () => ({}) };
  return platform;
}

export type Router = {
  readonly address: string;
  readonly asked: PrecheckRequest[];
  answer: (request: PrecheckRequest) => PrecheckResponse | Promise<PrecheckResponse>;
};

/** The pre-check of a router that the test plays. */
export async function startRouter(): Promise<Router> {
  const asked: PrecheckRequest[] = [];
  const server = createGrpcServer({
    logger,
    host: '127.0.0.1',
    port: 0,
    services: [
      [
        ProcurementServiceService,
        {
          precheck: unary<PrecheckRequest, PrecheckResponse>('precheck', async (request) => {
            asked.push(request);
            return await router.answer(request);
          }),
        },
      ],
    ],
  });
  await server.component.start();
  cleanUpWith(() => server.component.stop());
  const router: Router = {
    address: `127.0.0.1:${server.port()}`,
    asked,
    answer: () => ({ passed: true, failures: [] }),
  };
  return router;
}

export type WorldOptions = {
  readonly topicPrefix: string;
  readonly orderAddress?: string;
  readonly clock?: () => Date;
  /** Another gateway whose database it shares. */
  readonly share?: { readonly name: string };
  readonly env?: Readonly<Record<string, string>>;
};

/** A gateway alone, its connections, and messages as the platform signs them. */
export async function startWorld(options: WorldOptions) {
  const database = await testDatabase();
  const { name } = database;
  const service = await startService({
    schema: ConfigSchema,
    create: createService,
    ...(options.clock && { overrides: { clock: options.clock } }),
    env: {
      MONGODB_DATABASE: options.share?.name ?? name,
      TOPIC_PREFIX: options.topicPrefix,
      ...unanswered('CATALOG_ADDRESS', 'INVENTORY_ADDRESS', 'FULFILLMENT_ADDRESS', 'ORDER_ADDRESS'),
      ...(options.orderAddress !== undefined && { ORDER_ADDRESS: options.orderAddress }),
      RAW_BODY_KEY: KEY,
      SPI_ALLOW_HTTP: 'true',
      SPI_ALLOWED_NETWORKS: '127.0.0.0/8',
      ...options.env,
    },
  });
  const admin = service.client(PlatformAdminServiceClient);
  const access = service.client(PlatformAccessServiceClient, {
    identity: testIdentity('order-router'),
  });
  const connect = async (change: object = {}, more: object = {}): Promise<void> => {
    const connection = { sellerId: SELLER, memberId: MEMBER, ...change };
    await admin.call(
      'putConnection',
      procurementConnection(connection, { secret: SECRET, ...more }),
    );
  };
  const post = async (path: string, body: string, type: string | null = FORM) => {
    const answer = await fetch(`${service.url}${path}`, {
      method: 'POST',
      headers: type === null ? {} : { 'content-type': type },
      body: new Uint8Array(Buffer.from(body)),
    });
    return { status: answer.status, text: await answer.text() };
  };
  const sendSigned =
    (path: string, field: string) =>
    async (json: string, secret = SECRET, more: Record<string, string> = {}) => {
      const signature = signAop({ params: { [field]: json, ...more }, secret });
      return await post(path, form({ _aop_signature: signature, [field]: json, ...more }));
    };
  return {
    name,
    db: database.db,
    url: service.url,
    stop: () => service.stop(),
    admin,
    access,
    connect,
    post,
    push: sendSigned('/1688/message', 'message'),
    precheck: sendSigned('/1688/precheck', 'coopSubmitOrderParam'),
  };
}

const KEY = randomBytes(32).toString('base64');
const FORM = 'application/x-www-form-urlencoded;charset=utf-8';

export const form = (fields: Record<string, string>): string =>
  new URLSearchParams(fields).toString();

/** A message as the manual has it. */
export const messageOf = (
  messageId: number | string,
  type: string,
  data: object,
  userInfo: string = MEMBER,
): string => procurementMessage(messageId, type, userInfo, data);

export const CREATED = 'CAIGOU_SELLER_VIEW_MSG_BUYER_REQUISITION_CREATE_SUCCESS';
