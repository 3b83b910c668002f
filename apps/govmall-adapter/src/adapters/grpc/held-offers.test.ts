import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Offer } from '../../application/ports.ts';
import { holdOffers } from './held-offers.ts';
import type { Follow } from './held-offers.ts';

const SELLER = 'S';
const offerOf = (sku: string, agreementFen: bigint): Offer => ({
  sku,
  onShelf: true,
  poolIds: [],
  agreementFen,
  marketFen: agreementFen,
  tiers: [],
  promotions: [],
});

/** A catalogue that announces a change, writes it and ends it, as docs/adr/0084 has it. */
class Catalogue {
  readonly calls: string[][] = [];
  private turn = 1n;
  private readonly prices = new Map<string, bigint>();
  private readonly turns = new Map<string, bigint>();
  private readonly open: string[] = [];
  /** Runs between what is told of changes and the reading of the rows. */
  between = (): void => undefined;
  isViewed = true;

  begin(sku: string): bigint {
    this.turn += 1n;
    this.open.push(sku);
    return this.turn;
  }
  write(sku: string, turn: bigint, fen: bigint): void {
    this.prices.set(sku, fen);
    this.turns.set(sku, turn);
  }
  end(sku: string): void {
    this.open.splice(this.open.indexOf(sku), 1);
  }
  put(sku: string, fen: bigint): void {
    this.write(sku, this.begin(sku), fen);
    this.end(sku);
  }
  follow: Follow = async (_sellerId, turn, skus) => {
    this.calls.push([...skus]);
    const told = {
      turn: this.isViewed ? this.turn : 0n,
      forgetAll: turn === 0n || !this.isViewed,
      changed: [...this.turns].filter(([, at]) => at > turn).map(([sku]) => sku),
      open: [...this.open],
    };
    await Promise.resolve();
    this.between();
    const offers = skus.flatMap((sku) => {
      const fen = this.prices.get(sku);
      return fen === undefined ? [] : [offerOf(sku, fen)];
    });
    return { ...told, offers };
  };
}

const held = (catalogue: Catalogue, heldMax?: number, ticks = () => 0) => {
  const find = holdOffers(catalogue.follow, { ticks, ...(heldMax !== undefined && { heldMax }) });
  return async (...skus: string[]) =>
    (await find(SELLER, skus)).map((offer) => offer?.agreementFen ?? null);
};

test('what is held is not asked for again, and a change is told to who asks after it', async () => {
  const catalogue = new Catalogue();
  catalogue.put('a', 1n);
  const find = held(catalogue);
  expect(await find('a', 'none')).toEqual([1n, null]);
  expect(await find('none', 'a')).toEqual([null, 1n]);
  catalogue.put('a', 2n);
  catalogue.put('none', 3n);
  expect(await find('a', 'none')).toEqual([2n, 3n]);
  expect(await find('a', 'none')).toEqual([2n, 3n]);
  expect(catalogue.calls).toEqual([['a', 'none'], [], [], ['a', 'none'], []]);
});

test('who asks in one turn shares one call', async () => {
  const catalogue = new Catalogue();
  catalogue.put('a', 1n);
  catalogue.put('b', 2n);
  const find = held(catalogue);
  await expect(Promise.all([find('a'), find('b', 'a'), find('a')])).resolves.toEqual([
    [1n],
    [2n, 1n],
    [1n],
  ]);
  expect(catalogue.calls).toEqual([['a', 'b']]);
});

test('an offer that is being changed is told as it is, and not held', async () => {
  const catalogue = new Catalogue();
  catalogue.put('a', 1n);
  const find = held(catalogue);
  await find('a');
  const turn = catalogue.begin('a');
  expect(await find('a')).toEqual([1n]);
  catalogue.write('a', turn, 2n);
  expect(await find('a')).toEqual([2n]);
  catalogue.end('a');
  expect(await find('a')).toEqual([2n]);
});

test('nothing is held of a catalogue that holds nothing itself', async () => {
  const catalogue = new Catalogue();
  catalogue.put('a', 1n);
  const find = held(catalogue);
  await find('a');
  catalogue.isViewed = false;
  catalogue.put('a', 2n);
  expect(await find('a')).toEqual([2n]);
  expect(await find('a')).toEqual([2n]);
  expect(catalogue.calls.filter((skus) => skus.includes('a'))).toHaveLength(3);
});

test('all is read anew after ten minutes, and no more is held than may be', async () => {
  let now = 0;
  const catalogue = new Catalogue();
  for (const sku of ['a', 'b', 'c']) catalogue.put(sku, 1n);
  const find = held(catalogue, 2, () => now);
  await find('a', 'b', 'c');
  await find('a', 'b', 'c');
  now = 600_000;
  await find('b', 'c');
  expect(catalogue.calls).toEqual([['a', 'b', 'c'], ['a'], ['b', 'c']]);
});

test('nobody is ever told less than was written before it asked', async () => {
  const step = fc.record({
    what: fc.constantFrom('begin', 'write', 'end', 'ask', 'ask'),
    sku: fc.constantFrom('a', 'b', 'c', 'd'),
    isDuring: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const catalogue = new Catalogue();
      const find = held(catalogue, 3);
      const begun = new Map<string, bigint>();
      const written = new Map<string, bigint>();
      let fen = 0n;
      const act = (what: string, sku: string): void => {
        const turn = begun.get(sku);
        if (what === 'begin' && turn === undefined) begun.set(sku, catalogue.begin(sku));
        if (what === 'write' && turn !== undefined) {
          catalogue.write(sku, turn, (fen += 1n));
          written.set(sku, fen);
        }
        if (what === 'end' && turn !== undefined && written.has(sku)) {
          catalogue.end(sku);
          begun.delete(sku);
        }
      };
      for (const { what, sku, isDuring } of steps) {
        if (what !== 'ask') {
          if (!isDuring) act(what, sku);
          else catalogue.between = () => act(what, sku);
          continue;
        }
        const before = new Map(written);
        const skus = ['a', 'b', 'c', 'd'];
        const told = await find(...skus);
        catalogue.between = () => undefined;
        for (const [at, each] of skus.entries()) {
          expect(told[at] ?? 0n).toBeGreaterThanOrEqual(before.get(each) ?? 0n);
        }
      }
    }),
    { numRuns: 500 },
  );
});
