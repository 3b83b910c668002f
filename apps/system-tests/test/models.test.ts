import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clerkAtWork } from '../src/clerk.ts';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { sandboxTmall } from '../src/sandbox.ts';
import { TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';

const SHIP = 'taobao.logistics.offline.send';
const NOTIFY = 'taobao.qimen.omniorder.allocatedinfo.sync';
const ACCEPTED = 'taobao.qimen.omniorder.store.accpeted';
const CONSIGNED = 'taobao.qimen.omniorder.store.consigned';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ apps: [...SERVICES, 'console', 'sandbox'] });
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

/** Who allocates and who accepts: two switches, four models (catalogue 1.2). */
const MODELS = [
  ['A', 'astrolabe', 'dianzhanggui'],
  ['B', 'isv', 'dianzhanggui'],
  ['C', 'astrolabe', 'pos'],
  ['D', 'isv', 'pos'],
] as const;

/** The store's own system: it ships at Tmall by itself, then it reports. */
async function byPos(actor: Actor, ship: () => Promise<void>): Promise<void> {
  await eventually(async () =>
    expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' }),
  );
  await actor.order('ACCEPTED');
  expect((await actor.storeReport('consigned', '1342'))['code']).not.toBe('0');
  await ship();
  await eventually(async () =>
    expect(await actor.storeReport('consigned', '1342')).toMatchObject({ code: '0' }),
  );
}

/** A clerk in the store console, which ships at Tmall. */
async function byClerk(actor: Actor): Promise<void> {
  const clerk = await clerkAtWork(actor, '小王');
  await eventually(async () => expect((await clerk.act({ action: 'accept' })).status).toBe(200));
  await actor.order('ACCEPTED');
  const shipment = { action: 'ship', company: '顺丰速运', mailNo: 'SF1234567890' };
  expect((await clerk.act(shipment)).status).toBe(200);
}

test.each(MODELS)(
  'model %s: %s allocates, %s accepts and ships',
  async (_name, allocator, acceptor) => {
    const actor = await startedSeller(harness, { allocator, acceptor });
    const tmall = await sandboxTmall(actor);
    await tmall.pay();
    if (allocator === 'isv') {
      await actor.order('AWAITING_ALLOCATION');
      expect(await actor.allocateTo('1342')).toMatchObject({ code: '0' });
    } else {
      // Only who allocates may say where an order goes.
      await actor.order('ALLOCATED');
      expect(await actor.allocateTo('1342')).not.toMatchObject({ code: '0' });
    }
    await (acceptor === 'pos' ? byPos(actor, () => tmall.ship()) : byClerk(actor));
    await actor.order('SHIPPED');
    expect(await tmall.calls(SHIP)).toHaveLength(acceptor === 'pos' ? 0 : 1);

    // Who is told: a POS of the allocation where Astrolabe allocates, an ISV of what stores do.
    const { pos } = actor.seller;
    if (allocator === 'isv') {
      await pos.received(ACCEPTED, TID);
      await pos.received(CONSIGNED, TID);
    }
    const heard = [...new Set(pos.calls.map(({ method }) => method))].toSorted();
    const expected = {
      isv: [ACCEPTED, CONSIGNED],
      astrolabe: acceptor === 'pos' ? [NOTIFY] : [],
    }[allocator];
    expect(heard).toEqual(expected.toSorted());
  },
);
