import { httpUrl } from '@astrolabe/local-stack';
import type { Shape, WireNode } from '@astrolabe/schemas/wire';
import { openSession } from '../api-session.ts';
import { clerkAtWork } from '../clerk.ts';
import type { ClerkAtWork } from '../clerk.ts';
import { newPlatformOperator } from '../operator.ts';
import type { Actor } from '../scenario.ts';
import type { WireAnswer } from '../wire.ts';
import type { Endpoint } from './doors.ts';
import { rawJson } from './hostile.ts';

const text: Shape = { kind: 'leaf', example: '1' };
const leaves = (...names: string[]): Shape => ({
  kind: 'object',
  members: names.map((name) => ({ name, shape: text })),
});
const texts: Shape = { kind: 'list', itemName: '', item: text };
const JSON_ANSWER = /^[[{"]|^null$/;

/** What operators' pages ask; names in the path are parameters too. */
const OPERATORS: readonly (readonly [string, ...string[]])[] = [
  ['/api/sellers/:seller/orders', 'token', 'state', 'flag'],
  ['/api/sellers/:seller/orders/:channel/:number'],
  ['/api/sellers/:seller/orders/:channel/:number/tasks'],
  ['/api/sellers/:seller/orders/:channel/:number/receivable'],
  ['/api/sellers/:seller/settlement/receivables', 'token', 'match', 'channel', 'from'],
  ['/api/sellers/:seller/settlement/notes', 'token', 'state', 'reason'],
  ['/api/sellers/:seller/settlement/invoices', 'token', 'state', 'colour'],
  ['/api/sellers/:seller/settlement/due', 'token', 'account', 'overdue'],
  ['/api/sellers/:seller/figures', 'from', 'to'],
  ['/api/sellers/:seller/figures/stores', 'from', 'to', 'token'],
  ['/api/sellers/:seller/stock', 'item', 'sku', 'token'],
  ['/api/sellers/:seller/sellable', 'item', 'sku'],
  ['/api/sellers/:seller/history', 'goods', 'place', 'kind', 'token'],
  ['/api/deadletters/:topic/:group', 'token'],
];

/** What a store's pages ask, and what a clerk does there. */
const STORE: readonly (readonly [string, ...string[]])[] = [
  ['/api/orders', 'list', 'token'],
  ['/api/orders/:channel/:number/receiver', 'reveal'],
  ['/api/journal', 'token'],
];
const DONE_THERE: readonly (readonly [string, Shape])[] = [
  [
    '/api/orders/tmall/1',
    {
      kind: 'object',
      members: [
        ...['action', 'allocation', 'reason', 'mailNo', 'company'].map((name) => ({
          name,
          shape: text,
        })),
        { name: 'subOrderIds', shape: texts },
        {
          name: 'counts',
          shape: { kind: 'list', itemName: '', item: leaves('subOrderId', 'pieces') },
        },
      ],
    },
  ],
  ['/api/pickups', leaves('code')],
  [
    '/api/pickups/tmall/1',
    {
      kind: 'object',
      members: [
        { name: 'code', shape: text },
        { name: 'messageId', shape: text },
        { name: 'subOrderIds', shape: texts },
      ],
    },
  ],
  ['/api/login', leaves('login', 'password')],
];

const HINTS = { action: 'accept', item: '9001', sku: '70001', kind: 'CERTAIN', list: 'new' };

/** All that the pages ask, as endpoints whose fields are parameters of path, query or body. */
export async function pagesOf(actor: Actor): Promise<Endpoint[]> {
  const { harness } = actor;
  const address = httpUrl(harness.stack, 'console');
  // Who may see every seller: what is sent reaches the services.
  const operator = await openSession(address, await newPlatformOperator(harness));
  const clerk = await clerkAtWork(actor, '小王');
  const values = { ...HINTS, seller: actor.seller.sellerId };
  return [
    ...OPERATORS.map(([path, ...names]) =>
      asked('operators', path, names, values, async (target) => answerOf(operator.get(target))),
    ),
    ...STORE.map(([path, ...names]) =>
      asked('store', path, names, values, async (target) => answerOf(clerk.get(target))),
    ),
    ...DONE_THERE.map(([path, shape]) => sent(clerk, path, shape)),
  ];
}

function asked(
  app: string,
  path: string,
  names: readonly string[],
  values: Record<string, string>,
  get: (target: string) => Promise<WireAnswer>,
): Endpoint {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  return {
    name: `${app} GET ${path}`,
    shape: leaves(...inPath, ...names),
    values,
    form: JSON_ANSWER,
    publicNames: [],
    send: async (node) => {
      const given = node.children.map((child): [string, string] => [child.name, plain(child)]);
      const target = path.replaceAll(/:(\w+)/g, (_, name: string) =>
        encodeURIComponent(new Map(given).get(name) ?? ''),
      );
      const query = new URLSearchParams(given.filter(([name]) => !inPath.includes(name)));
      return await get(`${target}?${query.toString()}`);
    },
  };
}

const sent = (clerk: ClerkAtWork, path: string, shape: Shape): Endpoint => ({
  name: `store console POST ${path}`,
  shape,
  values: HINTS,
  form: JSON_ANSWER,
  publicNames: [],
  send: async (node) => await answerOf(clerk.post(path, JSON.parse(rawJson(node)) as unknown)),
});

async function answerOf(answer: ReturnType<ClerkAtWork['get']>): Promise<WireAnswer> {
  const { status, body } = await answer;
  return { status, text: JSON.stringify(body) };
}

/** A value in an address: a text, or JSON. */
const plain = (node: WireNode): string =>
  (node.kind === 'object' || node.kind === 'list' ? rawJson(node) : node.text).toWellFormed();
