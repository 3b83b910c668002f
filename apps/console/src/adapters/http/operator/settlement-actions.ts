import { AcceptNoteResponse, VerifyTransferResponse } from '@astrolabe/contracts/settlement';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import Value from 'typebox/value';
import { jsonOf } from '../json.ts';
import { pathOf, queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import type { Backends } from './backends.ts';
import { askerOf } from './order-actions.ts';
import { orNull } from './responses.ts';

const NOTE = '/api/sellers/:seller/settlement/notes/:note';
const TRANSFER = '/api/sellers/:seller/settlement/transfers/:number';
const REASON = Type.String({ minLength: 1, maxLength: 200 });
/** Fen that a bank may show; beyond it an amount is a slip. */
const FEN = '^\\d{1,14}$';

const Accept = Type.Object({ reason: REASON });
const Verify = Type.Object({
  /** Whose transfer it is. */
  account: Type.String({ minLength: 1, maxLength: 100 }),
  receivedFen: Type.String({ pattern: FEN }),
  acceptExcess: Type.Boolean(),
  reason: REASON,
});

type Money = Pick<Backends, 'mallMoney' | 'mallMoneyAdmin' | 'notes'>;
type Of = { readonly sellerId: string };

const noteOf = ({ sellerId }: Of, request: FastifyRequest) => ({
  sellerId,
  noteId: pathOf(request)['note'] ?? '',
});
const transferOf = ({ sellerId }: Of, request: FastifyRequest) => ({
  sellerId,
  bankNumber: pathOf(request)['number'] ?? '',
});
/** What people decide of settlement: a note that differs is accepted or read again, a transfer is compared with what came. */
export function registerSettlementActions(routes: Routes, money: Money): void {
  registerNotes(routes, money);
  registerTransfers(routes, money);
}

function registerNotes(routes: Routes, { notes }: Money): void {
  const standing = async (caller: Of, request: FastifyRequest) => {
    const found = await orNull(notes.call('getNote', noteOf(caller, request)));
    return found?.note ? { state: found.note.state, totalYuan: found.note.totalYuan } : null;
  };
  routes.seller('GET', `${NOTE}/plan`, 'seller.act', async (caller, request) => {
    const actor = askerOf(caller.user);
    const asked = { ...noteOf(caller, request), actor, reason: '', dryRun: true };
    return AcceptNoteResponse.toJSON(await notes.call('acceptNote', asked));
  });
  routes.seller(
    'POST',
    `${NOTE}/accept`,
    'seller.act',
    async (caller, request, reply) => {
      const sent = jsonOf(request.body);
      if (!Value.Check(Accept, sent)) {
        return await refuse(reply, 400, 'BAD_REQUEST', { message: 'a reason is required' });
      }
      const actor = askerOf(caller.user);
      const asked = { ...noteOf(caller, request), actor, reason: sent.reason, dryRun: false };
      return AcceptNoteResponse.toJSON(await notes.call('acceptNote', asked));
    },
    standing,
  );
  routes.seller(
    'POST',
    `${NOTE}/read`,
    'seller.act',
    async (caller, request) => {
      await notes.call('readNote', noteOf(caller, request));
      return {};
    },
    standing,
  );
}

function registerTransfers(routes: Routes, { mallMoney, mallMoneyAdmin }: Money): void {
  const standing = async (caller: Of, request: FastifyRequest) => {
    const sent = jsonOf(request.body);
    if (!Value.Check(Verify, sent)) return undefined;
    const asked = { ...transferOf(caller, request), account: sent.account, orderRef: undefined };
    const found = await orNull(mallMoney.call('getTransfer', asked));
    if (!found?.transfer) return null;
    const { state, amountFen, receivedFen } = found.transfer;
    return { state, amountFen: String(amountFen), receivedFen: String(receivedFen ?? '') };
  };
  const look = async (
    caller: Of & { readonly user: Parameters<typeof askerOf>[0] },
    request: FastifyRequest,
    seen: { receivedFen: string; acceptExcess: boolean; reason: string; dryRun: boolean },
  ) => {
    const receivedFen = BigInt(seen.receivedFen);
    const asked = { ...transferOf(caller, request), ...seen, receivedFen };
    const actor = askerOf(caller.user);
    return VerifyTransferResponse.toJSON(
      await mallMoneyAdmin.call('verifyTransfer', { ...asked, actor }),
    );
  };
  routes.seller('GET', `${TRANSFER}/plan`, 'seller.act', async (caller, request, reply) => {
    const { received: receivedFen = '', excess = '' } = queryOf(request);
    if (!new RegExp(FEN).test(receivedFen)) return await refuse(reply, 400, 'BAD_REQUEST');
    const seen = { receivedFen, acceptExcess: excess === 'yes', reason: '', dryRun: true };
    return await look(caller, request, seen);
  });
  routes.seller(
    'POST',
    `${TRANSFER}/verify`,
    'seller.act',
    async (caller, request, reply) => {
      const sent = jsonOf(request.body);
      if (!Value.Check(Verify, sent)) {
        return await refuse(reply, 400, 'BAD_REQUEST', { message: 'an amount and a reason' });
      }
      const { receivedFen, acceptExcess, reason } = sent;
      return await look(caller, request, { receivedFen, acceptExcess, reason, dryRun: false });
    },
    standing,
  );
}
