import { err, ok } from '@astrolabe/kernel';
import { describe, expect, test } from 'vitest';
import { makeAnswerOnce } from './answer-once.ts';
import type { Cause, GoodsAt, InboundLog, StockLine } from './ports.ts';
import { makeUploadStock } from './upload-stock.ts';
import type { SentLine } from './upload-stock.ts';

describe('answered once', () => {
  const request = { id: '1:A', sellerId: '21230', method: 'm', rawBody: Buffer.from('x') };

  function log(): InboundLog & { answers: Map<string, string | null>; order: string[] } {
    const answers = new Map<string, string | null>();
    const order: string[] = [];
    return {
      answers,
      order,
      open: ({ id }) => {
        order.push('open');
        const answered = answers.get(id) ?? null;
        if (!answers.has(id)) answers.set(id, null);
        return Promise.resolve(answered);
      },
      close: (id, answer) => {
        order.push('close');
        answers.set(id, answer);
        return Promise.resolve();
      },
    };
  }

  test('kept, then done, then recorded; a repeat gets the record', async () => {
    const kept = log();
    const answerOnce = makeAnswerOnce(kept);
    const run = () => {
      kept.order.push('run');
      return Promise.resolve({ body: 'answer', isDone: true });
    };
    expect(await answerOnce(request, run)).toBe('answer');
    expect(await answerOnce(request, run)).toBe('answer');
    expect(kept.order).toEqual(['open', 'run', 'close', 'open']);
  });

  test('what could not be answered runs again', async () => {
    const answerOnce = makeAnswerOnce(log());
    const fails = () => Promise.reject(new Error('not now'));
    await expect(answerOnce(request, fails)).rejects.toThrow('not now');
    const later = () => Promise.resolve({ body: 'later', isDone: true });
    expect(await answerOnce(request, later)).toBe('later');
  });

  test('what was refused is decided again; what was done is not', async () => {
    const answerOnce = makeAnswerOnce(log());
    const refused = () => Promise.resolve({ body: 'not yet', isDone: false });
    const done = () => Promise.resolve({ body: 'done', isDone: true });
    expect(await answerOnce(request, refused)).toBe('not yet');
    expect(await answerOnce(request, done)).toBe('done');
    expect(await answerOnce(request, refused)).toBe('done');
  });
});

describe('stock uploads', () => {
  const cause: Cause = { sellerId: '21230', operationId: 'o', actor: 'app:1', messageId: 'm' };
  const place = { type: 'STORE', id: '1342' } as const;
  const sent = (billNum: string, itemId = '9001'): SentLine => ({
    billNum,
    place,
    content: ok({
      goods: { kind: 'ITEM', itemId, skuId: '70001', outerId: 'SKU-A' },
      line: { verb: 'initialise', kind: 'CERTAIN', quantity: 4000n },
    }),
  });

  function upload(lines: readonly SentLine[], refusedBills: readonly string[] = []) {
    const applied: StockLine[] = [];
    const asked: number[] = [];
    const deps = {
      goods: {
        resolve: async (_seller: string, names: readonly GoodsAt[]) => {
          asked.push(names.length);
          return names.map((name) => {
            if (name.at?.id === '404') return err('UNKNOWN_STORE');
            return name.kind === 'ITEM' && name.itemId === '404' ? err('UNKNOWN_GOODS') : ok('g-1');
          });
        },
      },
      stock: {
        upload: (_cause: Cause, _scope: string, all: readonly StockLine[]) => {
          applied.push(...all);
          const refused = all.filter(({ billNum }) => refusedBills.includes(billNum));
          return Promise.resolve(refused.map(({ billNum }) => ({ billNum, reason: 'NO' })));
        },
        move: () => Promise.resolve(ok(null)),
        query: () => Promise.resolve([]),
      },
    };
    const operationTime = new Date('2016-09-22T10:00:00+08:00');
    const request = { billScope: 'item.initial', createGoods: true, operationTime, lines };
    return makeUploadStock(deps)(cause, request).then((failed) => ({ failed, applied, asked }));
  }

  test('each way of failing concerns its own line; the others are applied', async () => {
    const unreadable: SentLine = { billNum: 'B-1', place, content: err('quantity is no number') };
    const nowhere: SentLine = { ...sent('B-5'), place: { type: 'STORE', id: '404' } };
    const lines = [unreadable, sent('B-2', '404'), sent('B-3'), sent('B-4'), nowhere];
    const { failed, applied, asked } = await upload(lines, ['B-3']);
    expect(failed).toEqual([
      { billNum: 'B-1', description: 'quantity is no number' },
      { billNum: 'B-2', description: 'UNKNOWN_GOODS' },
      { billNum: 'B-5', description: 'UNKNOWN_STORE 404' },
      { billNum: 'B-3', description: 'NO' },
    ]);
    expect(applied.map(({ billNum }) => billNum)).toEqual(['B-3', 'B-4']);
    // The catalog is asked once, for goods and stores.
    expect(asked).toEqual([4]);
  });

  test('with nothing to apply the stock is not asked', async () => {
    const { failed, applied } = await upload([sent('B-1', '404')]);
    expect(failed).toHaveLength(1);
    expect(applied).toEqual([]);
  });
});
