import { spiUrlProblem } from '@astrolabe/channel-client';
import type { SpiUrlRule } from '@astrolabe/channel-client';
import { enumReader } from '@astrolabe/contracts';
import { SaleResolution, ScaleLabelValue } from '@astrolabe/contracts/order';
import type { ResolveSaleRequest, TillAdminServiceServer } from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import { isNumericId } from '@astrolabe/kernel';
import type { OrderRef } from '@astrolabe/kernel';
import type { Sales, TillSettings } from '../../../application/till/ports.ts';
import type { makePutPlatform, makeResolveSale } from '../../../application/till/resolve-sale.ts';
import type { makeTakeBack } from '../../../application/till/take-back.ts';
import type { Resolution } from '../../../domain/till/sale.ts';
import { isScaleLabel } from '../../../domain/till/scale-label.ts';
import type { ScaleLabel } from '../../../domain/till/scale-label.ts';
import { returnToMessage, saleToMessage } from './messages.ts';

export type TillAdminServiceDeps = {
  readonly sales: Pick<Sales, 'load'>;
  readonly settings: Pick<TillSettings, 'putLabels'>;
  readonly putPlatform: ReturnType<typeof makePutPlatform>;
  readonly resolveSale: ReturnType<typeof makeResolveSale>;
  readonly takeBack: ReturnType<typeof makeTakeBack>;
  readonly traceIdOf: (name: OrderRef) => string;
  /** What the platform's address must satisfy. */
  readonly urlRule: SpiUrlRule;
};

const LABELS_MAX = 20;
const NAME_MAX = 500;
const RETURN_NO_MAX = 64;
const RETURN_LINES_MAX = 20;

const labelValueOf = enumReader<ScaleLabelValue, ScaleLabel['value'] | null>('ScaleLabelValue', {
  [ScaleLabelValue.UNSPECIFIED]: null,
  [ScaleLabelValue.PRICE_FEN]: 'PRICE_FEN',
  [ScaleLabelValue.GRAMS]: 'GRAMS',
});

const resolutionOf = enumReader<SaleResolution, Resolution['kind'] | null>('SaleResolution', {
  [SaleResolution.UNSPECIFIED]: null,
  [SaleResolution.CREATED]: 'created',
  [SaleResolution.NOT_CREATED]: 'notCreated',
  [SaleResolution.SEND_AGAIN]: 'sendAgain',
  [SaleResolution.PAID]: 'paid',
});

/** TillAdminService: where trades are made, how scales print, and what a person decides about a sale. */
export const tillAdminService = (deps: TillAdminServiceDeps): TillAdminServiceServer => ({
  putTillPlatform: unary('TillAdminService/PutTillPlatform', async ({ platform }) => {
    if (!platform?.sellerId) throw invalid('MISSING_FIELD');
    const { url, appKey, secret, session } = platform;
    if (url !== '' && (!appKey || !secret || !session)) throw invalid('MISSING_FIELD');
    const problem = await spiUrlProblem(url, deps.urlRule);
    if (problem) throw invalid(problem === 'BAD_URL' ? 'BAD_PLATFORM_URL' : problem);
    return { resumed: await deps.putPlatform({ ...platform, url: url.replace(/\/+$/, '') }) };
  }),
  putScaleLabels: unary('TillAdminService/PutScaleLabels', async ({ sellerId, labels }) => {
    if (sellerId === '') throw invalid('MISSING_FIELD');
    if (labels.length > LABELS_MAX) throw invalid('TOO_MANY_LABELS');
    const read = labels.flatMap(({ prefix, articleDigits, value: number }) => {
      const value = labelValueOf(number);
      const label = value && { prefix, articleDigits, value };
      return label && isScaleLabel(label) ? [label] : [];
    });
    if (read.length !== labels.length) throw invalid('BAD_LABEL');
    await deps.settings.putLabels(sellerId, read);
    return {};
  }),
  resolveSale: unary('TillAdminService/ResolveSale', async (request) => {
    const { askedBy } = request;
    const name = orderOf(request);
    const resolution = resolutionFrom(request);
    if (!resolution || askedBy === '') throw invalid('MISSING_FIELD');
    if (askedBy.length > NAME_MAX) throw invalid('TOO_LONG');
    const done = await deps.resolveSale(name, resolution, askedBy);
    if (!done.ok) throw refused(done.error);
    const found = await deps.sales.load(name);
    return { sale: saleToMessage(done.value, found?.version ?? 0n, deps.traceIdOf) };
  }),
  takeBack: unary('TillAdminService/TakeBack', async (request) => {
    const { returnNo, lines, sellable: isSellable, askedBy: by } = request;
    const name = orderOf(request);
    if (returnNo === '' || by === '' || lines.length === 0) throw invalid('MISSING_FIELD');
    if (returnNo.length > RETURN_NO_MAX || by.length > NAME_MAX) throw invalid('TOO_LONG');
    if (lines.length > RETURN_LINES_MAX) throw invalid('TOO_MANY_LINES');
    const taken = await deps.takeBack(name, { returnNo, lines, isSellable, by });
    if (!taken.ok)
      throw taken.error === 'BAD_QUANTITY' ? invalid(taken.error) : refused(taken.error);
    return { taken: returnToMessage(taken.value) };
  }),
});

/** Null where the decision, or the number of a trade that was made, is missing. */
function resolutionFrom(request: ResolveSaleRequest): Resolution | null {
  const kind = resolutionOf(request.resolution);
  if (kind !== 'created') return kind && { kind };
  const { tradeNo, totalFen = null, payFen = null } = request;
  return isNumericId(tradeNo) ? { kind, trade: { tradeNo, totalFen, payFen } } : null;
}

const invalid = (reason: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason });

const refused = (reason: string): GrpcRefusal =>
  new GrpcRefusal({
    code: reason === 'UNKNOWN_SALE' ? GRPC.notFound : GRPC.failedPrecondition,
    reason,
  });
