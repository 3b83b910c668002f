import { orderKey } from '@astrolabe/kernel';
import type { Logger } from '@astrolabe/service';
import { METRIC, counter } from '@astrolabe/telemetry';
import type { MallNotes } from '../../application/mall/ports.ts';
import { MALL_STATES } from '../../domain/mall/order.ts';

/** Orders of malls, in the process's log and in its figures. Purchasers and receivers are in neither. */
export function createMallNotes(logger: Logger): MallNotes {
  const states = counter(
    METRIC.mallOrders,
    'Orders of malls, by the state that they came to',
    ['state'],
    MALL_STATES.map((state) => ({ state })),
  );
  const open = counter(METRIC.mallOpenForLong, 'Pre-orders that were open for too long', []);
  return {
    moved: ({ orderRef, state, problem }, from) => {
      states.inc({ state });
      logger.info({ order: orderKey(orderRef), from, state, code: problem?.code }, 'mall order');
    },
    stepFailed: (name, step, err) =>
      logger.warn(
        { err, order: orderKey(name), step },
        'a step of a mall order got no answer and will be tried again',
      ),
    openForLong: ({ orderRef, preorderedAt }) => {
      open.inc({});
      logger.error(
        { order: orderKey(orderRef), since: preorderedAt },
        'a pre-order is neither confirmed nor cancelled, and goes on holding its goods',
      );
    },
  };
}
