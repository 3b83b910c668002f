import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChannelSums } from './channel-sums.ts';

const addition = fc.record({
  channel: fc.constantFrom('', 'tmall', '1688', 'till', 'mall'),
  milli: fc.integer({ min: -2, max: 2 }),
});

describe('sums by channel', () => {
  test('are what a map of them would be, in whatever order channels come and go', () => {
    fc.assert(
      fc.property(fc.array(addition, { maxLength: 40 }), (additions) => {
        const sums = new ChannelSums();
        const model = new Map<string, number>();
        for (const { channel, milli } of additions) {
          sums.add(channel, milli);
          model.set(channel, (model.get(channel) ?? 0) + milli);
          for (const [each, sum] of model) expect(sums.of(each)).toBe(sum);
        }
        const left = new Map([...model].filter(([, sum]) => sum !== 0));
        expect(new Map(sums.entries())).toEqual(left);
        expect(sums.of('unheard')).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });
});
