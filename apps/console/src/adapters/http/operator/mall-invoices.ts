import { Invoice } from '@astrolabe/contracts/settlement';
import { mallOrder } from '@astrolabe/kernel';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Static } from 'typebox';
import Value from 'typebox/value';
import { jsonOf } from '../json.ts';
import { pathOf, queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import type { User } from '../../../application/sign-in-ports.ts';
import type { Backends } from './backends.ts';
import { askerOf } from './order-actions.ts';
import { incomplete, orNull } from './responses.ts';

const INVOICE = '/api/sellers/:seller/mall/orders/:number/invoices/:serial';
const TEXT_MAX = 200;
const LINES_MAX = 200;

/** What the tax side has issued, as it was asked for. */
const Record = Type.Object(
  {
    number: Type.String({ pattern: '^[0-9A-Za-z-]{1,50}$' }),
    code: Type.String({ pattern: '^[0-9A-Za-z-]{0,50}$' }),
    url: Type.String({ maxLength: 2_000 }),
  },
  { additionalProperties: false },
);

/** What an invoice waits for; a line without a rate is exempt. */
const Amend = Type.Object(
  {
    title: Type.String({ maxLength: TEXT_MAX }),
    taxNumber: Type.String({ maxLength: TEXT_MAX }),
    lines: Type.Array(
      Type.Object({
        lineId: Type.String({ minLength: 1, maxLength: TEXT_MAX }),
        taxRate: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
        taxCode: Type.String({ pattern: '^\\d{1,19}$' }),
      }),
      { maxItems: LINES_MAX },
    ),
  },
  { additionalProperties: false },
);

type Wish =
  | { readonly what: 'record'; readonly said: Static<typeof Record> }
  | { readonly what: 'amend'; readonly said: Static<typeof Amend> };

function wishOf(what: string, said: unknown): Wish | null {
  if (what === 'record' && Value.Check(Record, said)) return { what, said };
  if (what === 'amend' && Value.Check(Amend, said)) return { what, said };
  return null;
}

/**
 * What people say of a mall order's invoices: what one waits for, and that it was issued. Each is looked at first: settlement
 * says what the invoice would be. Said again it is the same answer.
 */
export function registerMallInvoices(
  routes: Routes,
  {
    mallOrders,
    mallMoney,
    mallMoneyAdmin,
  }: Pick<Backends, 'mallMoney' | 'mallMoneyAdmin' | 'mallOrders'>,
): void {
  const namedIn = ({ sellerId }: { sellerId: string }, request: FastifyRequest) => ({
    orderRef: mallOrder(sellerId, pathOf(request)['number'] ?? ''),
    serial: pathOf(request)['serial'] ?? '',
  });
  type Caller = { readonly sellerId: string; readonly user: User };
  const say = async (caller: Caller, request: FastifyRequest, wish: Wish, dryRun: boolean) => {
    const deed = { ...namedIn(caller, request), actor: askerOf(caller.user), dryRun };
    const { invoice } =
      wish.what === 'record'
        ? await mallMoneyAdmin.call('recordIssued', {
            ...wish.said,
            issuedAt: undefined,
            lines: [],
            ...deed,
          })
        : await mallMoneyAdmin.call('amendInvoice', { ...wish.said, ...deed });
    return { invoice: invoice ? Invoice.toJSON(invoice) : null };
  };
  const standing = async (caller: { sellerId: string }, request: FastifyRequest) => {
    const { orderRef, serial } = namedIn(caller, request);
    const order = (await orNull(mallOrders.call('showMallOrder', { orderRef })))?.order;
    if (!order) return undefined;
    const asked = { account: order.account, orderRefs: [orderRef] };
    const told = await mallMoney.call('getInvoices', asked);
    const found = told.orders[0]?.invoices.find((one) => one.serial === serial);
    return found && { state: found.state, reason: found.reason, number: found.number };
  };
  routes.seller('GET', `${INVOICE}/plan`, 'seller.act', async (caller, request, reply) => {
    const { what = '', said = '' } = queryOf(request);
    const wish = wishOf(what, jsonOf(Buffer.from(said)));
    return wish ? await say(caller, request, wish, true) : await incomplete(reply);
  });
  for (const what of ['record', 'amend']) {
    routes.seller(
      'POST',
      `${INVOICE}/${what}`,
      'seller.act',
      async (caller, request, reply) => {
        const wish = wishOf(what, jsonOf(request.body));
        return wish ? await say(caller, request, wish, false) : await incomplete(reply);
      },
      standing,
    );
  }
}
