import type { OrderRef, Result } from '@astrolabe/kernel';
import { err } from '@astrolabe/kernel';
import type { RefundAnswer } from '../domain/rules.ts';
import type { Fulfilments } from './ports.ts';
import type { StatusRefusal, StatusTaken, makeReportStatus } from './report-status.ts';

export type SentAnswer = {
  subOrderIds: readonly string[];
  answer: RefundAnswer;
  operator: string;
  happenedAt: Date;
};

/**
 * An operator of the seller answers for the place that has, or had, the goods: a warehouse without a
 * system, a store that is gone (docs/adr/0034). All sub-orders have to be at one place.
 */
export const makeAnswerRefund =
  (deps: {
    fulfilments: Pick<Fulfilments, 'load'>;
    reportStatus: ReturnType<typeof makeReportStatus>;
  }) =>
  async (
    order: OrderRef,
    { answer, ...sent }: SentAnswer,
  ): Promise<Result<StatusTaken, StatusRefusal>> => {
    const found = await deps.fulfilments.load(order);
    if (!found) return err('UNKNOWN_TRADE');
    const task = found.tasks.find(({ subOrderId }) => sent.subOrderIds.includes(subOrderId));
    if (!task) return err('UNKNOWN_SUB_ORDER');
    const { place, flow } = task;
    if (!place) return err('NOT_ALLOCATED');
    const report = { ...sent, status: answer, channel: 'OPERATOR' as const, place, flow };
    return await deps.reportStatus(order, { ...report, logistics: null });
  };
