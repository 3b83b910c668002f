import { orderKey } from '@astrolabe/kernel';
import type { Logger } from '@astrolabe/service';
import { METRIC, counter } from '@astrolabe/telemetry';
import type { TillNotes } from '../../application/till/ports.ts';
import { SALE_STATES } from '../../domain/till/sale.ts';
import type { SaleState } from '../../domain/till/sale.ts';

/** States that a person has to know of. */
const ALARMS: Partial<Record<SaleState, string>> = {
  BLOCKED: 'the platform does not let a till in: the session or the key is not valid',
  MANUAL: 'a sale of a till may have been made, and nobody knows',
};

/** Sales of tills, in the process's log and in its figures. Codes of buyers are in neither. */
export function createTillNotes(logger: Logger): TillNotes {
  const sales = counter(
    METRIC.tillSales,
    'Sales of tills, by the state that they came to',
    ['state'],
    SALE_STATES.map((state) => ({ state })),
  );
  const short = counter(METRIC.tillShortages, 'Lines of offline sales that were not in stock', []);
  return {
    moved: (sale, from) => {
      const { state, problem } = sale;
      const order = orderKey(sale.orderRef);
      if (state !== from) sales.inc({ state });
      const alarm = ALARMS[state];
      if (alarm && state !== from) logger.error({ order, code: problem?.code }, alarm);
      const missing = sale.lines.filter(({ shortMilli }) => shortMilli > 0n);
      if (state !== 'CREATED' || from === state || missing.length === 0) return;
      short.inc({}, missing.length);
      logger.error(
        { order, lines: missing.map(({ lineId }) => lineId) },
        'goods that were sold offline were not in stock',
      );
    },
    stepFailed: (name, step, err) =>
      logger.warn(
        { err, order: orderKey(name), step },
        'a step of a sale got no answer and will be tried again',
      ),
  };
}
