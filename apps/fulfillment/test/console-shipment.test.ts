import { expect, test } from 'vitest';
import { MODELS, after, at, notified, sent, verdict } from './orders.ts';

const CONSOLE = { channel: 'CONSOLE' } as const;

test.each(['A', 'B'] as const)(
  'model %s: what the console reports as shipped is shipped at Tmall',
  (name) => {
    const accept = sent('ACCEPTED', { ...CONSOLE, happenedAt: at(1) });
    const accepted = after(notified({ notify: false }), [accept], MODELS[name]);
    expect(accepted.tasks[0]?.shippedAtTmall).toBe(false);
    const ship = sent('SHIPPED', { ...CONSOLE, happenedAt: at(2) });
    const shipped = after(accepted, [ship], MODELS[name]);
    expect(shipped.tasks[0]).toMatchObject({ status: 'SHIPPED', shippedAtTmall: true });
    expect(verdict(shipped, ship, MODELS[name])).toBe('already');
  },
);
