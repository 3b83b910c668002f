import { setTimeout as delay } from 'node:timers/promises';
import { milliFromPieces } from '@astrolabe/kernel';
import { createTillOrder, encodeTopError, printForm, topError } from '@astrolabe/schemas/top';
import type { TillRequest, TopError, TopFormat } from '@astrolabe/schemas/top';
import type { TillAnswer, TillTrades } from '../../domain/till-trades.ts';

type Params = ReadonlyMap<string, string>;

const REQUEST_ID = 'sandbox';
const HALF = 500n;
const PIECE = 1_000n;

/** A text to answer, an HTTP status alone, or null: the answer is to get lost. */
export type TillAnswered = string | { readonly status: number } | null;

/**
 * Taobao's side of a till's sale: makes the trade of a request number once, and answers as it was told to, else
 * with the trade.
 */
export async function answerTill(
  trades: TillTrades,
  sellerId: string,
  params: Params,
  format: TopFormat,
): Promise<TillAnswered> {
  const refuse = (error: TopError): string => encodeTopError(error, format, REQUEST_ID);
  const asked = createTillOrder.decodeRequest(params);
  if (!asked.ok) return refuse(asked.error);
  const told = trades.next(sellerId);
  const isMade = told.kind === 'made' || told.isMade === true;
  const wanted = told.kind === 'made' ? told.tradeNo : undefined;
  const { requestNo } = asked.value;
  const tradeNo = isMade ? trades.make(sellerId, requestNo, businessOf(params), wanted) : null;
  switch (told.kind) {
    case 'made':
      return tradeNo === null
        ? refuse(topError('businessError', 'isv.request-no-duplicate', '请求号重复'))
        : madeReply(asked.value, tradeNo, told, format);
    case 'error':
      return refuse({ code: told.code, msg: messageOf(told.code), ...details(told) });
    case 'lost':
      return null;
    case 'late':
      await delay(told.ms);
      return null;
    case 'status':
      return { status: told.status };
    case 'text':
      return told.text;
  }
}

type Told<K extends TillAnswer['kind']> = Extract<TillAnswer, { kind: K }>;

function madeReply(
  request: TillRequest,
  tradeNo: string,
  { total, pay }: Told<'made'>,
  format: TopFormat,
): string {
  const totalFen = request.goods.reduce((sum, { priceFen, quantity }) => {
    const milli = milliFromPieces(quantity);
    return sum + (milli.ok ? (priceFen * milli.value + HALF) / PIECE : 0n);
  }, 0n);
  const discounts = (request.coupons ?? []).map(({ discountFen = 0n }) => discountFen);
  const payFen = totalFen - discounts.reduce((sum, discount) => sum + discount, 0n);
  const value = {
    tradeNo,
    ...amount('totalFen', total, totalFen),
    ...amount('payFen', pay, payFen),
  };
  return createTillOrder.encodeReply({ ok: true, message: '', value }, format, REQUEST_ID);
}

/** The amount that was told, or ours; an empty text leaves it out. */
const amount = (name: string, told: string | undefined, fen: bigint): Record<string, bigint> =>
  told === '' ? {} : { [name]: told === undefined ? fen : BigInt(told) };

const details = ({ subCode, subMsg }: Told<'error'>) => ({
  ...(subCode !== undefined && { subCode }),
  ...(subMsg !== undefined && { subMsg }),
});

const MESSAGES: Readonly<Record<number, string>> = {
  7: 'App Call Limited',
  15: 'Remote service error',
  25: 'Invalid Signature',
  27: 'Invalid Session',
  50: 'Remote service error',
};

const messageOf = (code: number): string => MESSAGES[code] ?? 'Error';

const COMMON = ['app_key', 'session', 'timestamp', 'sign', 'sign_method', 'format', 'v'];

/** The business parameters: the same number with other ones is another basket. */
const businessOf = (params: Params): string =>
  printForm(new Map([...params].filter(([name]) => !COMMON.includes(name)).toSorted(byName)));

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number =>
  a < b ? -1 : 1;
