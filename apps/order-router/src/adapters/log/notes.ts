import type { OrderRef } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import type { Logger, Postponed } from '@astrolabe/service';
import type { Notes } from '../../application/ports.ts';

/** What the application notes, in the process's log; a step that got no answer waits for its time. */
export const createNotes = (logger: Logger, wait: Postponed<OrderRef>['add']): Notes => ({
  postponed: (orderRef, step, error, until) => {
    logger.warn(
      { order: orderKey(orderRef), step, err: error },
      'a step got no answer and will be tried again',
    );
    if (until) wait(error, orderRef, until);
  },
  stockRefused: (orderRef, step, reason) =>
    logger.error({ order: orderKey(orderRef), step, reason }, 'the stock refused a step for good'),
  swept: (count) => logger.info({ count }, 'took over orders whose step was overdue'),
});
