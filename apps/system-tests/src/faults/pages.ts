import { httpUrl } from '@astrolabe/local-stack';
import type { Shape, WireNode } from '@astrolabe/schemas';
import { clerkAtWork } from '../clerk.ts';
import type { ClerkAtWork } from '../clerk.ts';
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

/** What the operators' console is asked; names in the path are parameters too. */
const CONSOLE: readonly (readonly [string, ...string[]])[] = [
  ['/api/sellers/:seller/orders', 'token', 'state', 'flag'],
  ['/api/sellers/:seller/orders/:trade'],
  ['/api/sellers/:seller/orders/:trade/tasks'],
  ['/api/sellers/:seller/orders/:trade/receivable'],
  ['/api/sellers/:seller/receivables', 'token'],
  ['/api/sellers/:seller/figures', 'from', 'to'],
  ['/api/sellers/:seller/figures/stores', 'from', 'to', 'token'],
  ['/api/sellers/:seller/stock', 'item', 'sku', 'token'],
  ['/api/sellers/:seller/sellable', 'item', 'sku'],
  ['/api/sellers/:seller/history', 'goods', 'place', 'kind', 'token'],
  ['/api/deadletters/:topic/:group', 'token'],
];

/** What the store console is asked, and what a clerk does there. */
const STORE: readonly (readonly [string, ...string[]])[] = [
  ['/api/orders', 'list', 'token'],
  ['/api/orders/:trade/receiver', 'reveal'],
  ['/api/journal', 'token'],
];
const DONE_THERE: readonly (readonly [string, Shape])[] = [
  [
    '/api/orders/1',
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
    '/api/pickups/1',
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
  const console = httpUrl(actor.harness.stack, 'console');
  const clerk = await clerkAtWork(actor, '小王');
  const values = { ...HINTS, seller: actor.seller.sellerId };
  return [
    ...CONSOLE.map(([path, ...names]) =>
      asked('console', path, names, values, async (target) => {
        const response = await fetch(`${console}${target}`);
        return { status: response.status, text: await response.text() };
      }),
    ),
    ...STORE.map(([path, ...names]) =>
      asked('store console', path, names, values, async (target) => answerOf(clerk.get(target))),
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
