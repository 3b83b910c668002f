import type { Clock, Fen, Result } from '@astrolabe/kernel';
import { err, ok, orderKey } from '@astrolabe/kernel';
import type { OrderRef } from '@astrolabe/kernel';
import { owedFen } from '../../domain/mall/money.ts';
import { bound, decided, isOver, sameTransfer, settledBy } from '../../domain/mall/transfer.ts';
import type { BindRefusal, Transfer } from '../../domain/mall/transfer.ts';
import type { Credits, Moneys, TransferName, Transfers } from './ports.ts';
import { creditFollows } from './record-fact.ts';

export type TransferDeps = {
  readonly transfers: Pick<Transfers, 'change' | 'load' | 'record'>;
  readonly moneys: Pick<Moneys, 'change' | 'load' | 'record'>;
  readonly credits: Pick<Credits, 'load' | 'record'>;
  readonly clock: Clock;
};

export type Submission = Pick<
  Transfer,
  | 'account'
  | 'amountFen'
  | 'bankNumber'
  | 'orders'
  | 'payerName'
  | 'remark'
  | 'sellerId'
  | 'transferredAt'
>;

/** By the first order of the transfer that has the bank number already, or by the one that the account does not have. */
export type SubmissionRefusal = {
  readonly reason: 'TRANSFER_NUMBER_USED' | 'UNKNOWN_ORDER';
  readonly order: OrderRef;
};

/** Records a transfer that a purchaser tells, and looks at it at once. The same again is the same transfer. */
export const makeSubmitTransfer =
  (deps: TransferDeps) =>
  async (told: Submission): Promise<Result<Transfer, SubmissionRefusal>> => {
    for (const order of told.orders) {
      const money = await deps.moneys.load(order);
      if (money?.placed?.account !== told.account) return err({ reason: 'UNKNOWN_ORDER', order });
    }
    const now = deps.clock();
    const opened: Transfer = {
      ...told,
      submittedAt: now,
      state: 'OPENING',
      reason: '',
      dueFen: 0n,
      receivedFen: null,
      decidedAt: null,
      decidedBy: '',
      dueAt: now,
    };
    const stored = await deps.transfers.change<SubmissionRefusal>(told, (state) => {
      if (!state) return ok(opened);
      if (sameTransfer(state, opened)) return ok(state);
      const [order = NO_ORDER] = state.orders;
      return err({ reason: 'TRANSFER_NUMBER_USED', order });
    });
    return stored.ok ? ok(await makeDriveTransfer(deps)(stored.value)) : stored;
  };

const NO_ORDER: OrderRef = { channel: '', sellerId: '', number: '' };

/** What has come at the bank, and who has looked. */
export type Looked = {
  readonly receivedFen: Fen;
  readonly acceptExcess: boolean;
  readonly actor: string;
  readonly reason: string;
};

type VerifyRefusal = 'TRANSFER_OVER' | 'UNKNOWN_TRANSFER';

/** A transfer as it would be after a look; nothing is written and nobody is told. */
export const makeTryTransfer =
  (deps: TransferDeps) =>
  async (name: TransferName, looked: Looked): Promise<Result<Transfer, VerifyRefusal>> => {
    const found = await deps.transfers.load(name);
    if (!found) return err('UNKNOWN_TRANSFER');
    const dueFen = isOver(found) ? found.dueFen : await dueOf(deps, found);
    return lookedAt(found, { ...looked, dueFen }, deps.clock());
  };

/** The same look again is the same answer; another one comes too late. */
function lookedAt(
  state: Transfer,
  { receivedFen, acceptExcess, actor, reason, dueFen }: Looked & { readonly dueFen: Fen },
  now: Date,
): Result<Transfer, 'TRANSFER_OVER'> {
  if (isOver(state)) return state.receivedFen === receivedFen ? ok(state) : err('TRANSFER_OVER');
  const seen = { dueFen, saidFen: receivedFen, exact: 'VERIFIED' as const, acceptExcess };
  const next = decided(state, seen, now);
  return ok({ ...next, receivedFen, decidedBy: actor, reason: reason || next.reason });
}

/** Decides a transfer by what has come: exact is verified, less rejected, more is for a person. */
export const makeVerifyTransfer =
  (deps: TransferDeps) =>
  async (name: TransferName, looked: Looked): Promise<Result<Transfer, VerifyRefusal>> => {
    const found = await deps.transfers.load(name);
    if (!found) return err('UNKNOWN_TRANSFER');
    const opened = await makeDriveTransfer(deps)(found);
    const dueFen = isOver(opened) ? opened.dueFen : await dueOf(deps, opened);
    const stored = await deps.transfers.change<VerifyRefusal>(name, (state) =>
      state ? lookedAt(state, { ...looked, dueFen }, deps.clock()) : err('UNKNOWN_TRANSFER'),
    );
    return stored.ok ? ok(await makeDriveTransfer(deps)(stored.value)) : stored;
  };

const dueOf = async ({ moneys }: TransferDeps, { orders }: Transfer): Promise<Fen> => {
  const found = await Promise.all(orders.map((order) => moneys.load(order)));
  return found.reduce((sum, money) => sum + (money ? owedFen(money) : 0n), 0n);
};

/**
 * Does what a transfer still asks for, whoever left it: its orders are bound, and it is compared with what they owe;
 * a decided one is told to its orders and to the account. Every step may be taken twice.
 */
export const makeDriveTransfer =
  (deps: TransferDeps) =>
  async (transfer: Transfer): Promise<Transfer> => {
    if (transfer.dueAt === null) return transfer;
    const open = transfer.state === 'OPENING' ? await opened(deps, transfer) : transfer;
    return open.dueAt !== null && isOver(open) ? await told(deps, open) : open;
  };

async function opened(deps: TransferDeps, transfer: Transfer): Promise<Transfer> {
  let refusal = '';
  for (const order of transfer.orders) {
    const into = await deps.moneys.change<BindRefusal>(order, (money) => bound(money, transfer));
    if (into.ok) continue;
    refusal = `${into.error} ${orderKey(order)}`;
    break;
  }
  const dueFen = await dueOf(deps, transfer);
  return await deps.transfers.record(transfer, (state) => {
    const current = state ?? transfer;
    if (current.state !== 'OPENING') return current;
    const now = deps.clock();
    if (refusal !== '') {
      return {
        ...current,
        state: 'REJECTED',
        reason: refusal,
        dueFen,
        decidedAt: now,
        dueAt: now,
      };
    }
    const saidFen = current.amountFen;
    return decided(current, { dueFen, saidFen, exact: 'SUBMITTED', acceptExcess: false }, now);
  });
}

async function told(deps: TransferDeps, transfer: Transfer): Promise<Transfer> {
  const { decidedBy, bankNumber, decidedAt } = transfer;
  const by = { actor: decidedBy, message: bankNumber, at: decidedAt ?? deps.clock() };
  for (const order of transfer.orders) {
    const money = await deps.moneys.load(order);
    if (!money) continue;
    const settled = await deps.moneys.record(order, null, (state) =>
      settledBy(state ?? money, transfer, by),
    );
    await creditFollows(deps.credits, settled);
  }
  return await deps.transfers.record(transfer, (state) => ({
    ...(state ?? transfer),
    dueAt: null,
  }));
}
