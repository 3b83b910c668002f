import { SupplyAdminServiceService } from '@astrolabe/contracts/fulfillment';
import type {
  SupplyAdminServiceServer,
  SupplyParcel,
  SupplyReturn,
} from '@astrolabe/contracts/fulfillment';
import { unary } from '@astrolabe/grpc';
import { expect, test } from 'vitest';
import { serving } from '../../test/serving.ts';
import { runCli } from '../cli.ts';

const ORDER = '1688/21230/5001';
const heard: unknown[] = [];
const note = (asked: unknown): void => {
  heard.push(asked);
};
const parcel: SupplyParcel = {
  parcelNo: 'A',
  companyCode: '',
  companyName: '顺丰',
  waybillNo: 'SF1',
  lines: [],
  operator: 'wang',
  sentAt: undefined,
  state: 'SHIPPED',
  reason: '',
  platformIds: [],
  endedAt: undefined,
  steps: [],
};
const goods: SupplyReturn = {
  returnId: 'R1',
  requestRef: 'r1',
  kind: 1,
  lines: [],
  received: [],
  state: 'RECEIVED',
  reason: '',
  requestedAt: undefined,
};
const service: SupplyAdminServiceServer = {
  listSupplies: unary('list', async (asked) => {
    note(asked);
    return { supplies: [], nextToken: '' };
  }),
  shipParcel: unary('ship', async (asked) => {
    note(asked);
    return { parcel, already: false };
  }),
  recordTrack: unary('track', async (asked) => {
    note(asked);
    return { parcel };
  }),
  deliver: unary('deliver', async (asked) => {
    note(asked);
    return { parcel, already: false };
  }),
  receiveReturn: unary('receive', async (asked) => {
    note(asked);
    return { return: goods, already: false };
  }),
  denyReturn: unary('deny', async (asked) => {
    note(asked);
    return { return: goods };
  }),
  readReceipt: unary('read', async (asked) => {
    note(asked);
    return { state: 'READ', reason: '', orderNumbers: ['5001'] };
  }),
  retryParcel: unary('retry', async (asked) => {
    note(asked);
    return { parcel };
  }),
};
const server = serving({ adminPort: 0, services: [[SupplyAdminServiceService, service]] });

async function run(...words: string[]) {
  const [out, errors]: [string[], string[]] = [[], []];
  heard.length = 0;
  const environment = { FULFILLMENT_ADMIN_ADDRESS: `127.0.0.1:${server.adminPort()}` };
  const code = await runCli(['supply', ...words], environment, {
    out: (line) => out.push(line),
    error: (line) => errors.push(line),
  });
  return { code, out, errors };
}

test('a parcel is sent off with the lines that are named, in thousandths', async () => {
  const words = ['ship', ORDER, 'A', '11=2.5', '12=1', '--carrier', '顺丰', '--waybill', 'SF1'];
  expect(await run(...words, '--actor', 'wang')).toMatchObject({ code: 0 });
  expect(heard).toMatchObject([
    {
      orderRef: { channel: '1688', sellerId: '21230', number: '5001' },
      parcelNo: 'A',
      lines: [
        { lineId: '11', quantityMilli: 2_500n },
        { lineId: '12', quantityMilli: 1_000n },
      ],
      operator: 'wang',
    },
  ]);
  expect(await run(...words)).toMatchObject({ code: 2 });
  expect(await run('ship', ORDER, 'A', '11')).toMatchObject({ code: 2 });
});

test('steps, ends, arrivals, denials and retries name their parcel or return', async () => {
  await run(
    'track',
    ORDER,
    'A',
    '--note',
    '到达',
    '--actor',
    'li',
    '--since',
    '2026-11-30T10:00:00+08:00',
  );
  expect(heard).toMatchObject([
    { step: { at: new Date('2026-11-30T02:00:00Z'), content: '到达' } },
  ]);
  await run('deliver', ORDER, 'A', '--actor', 'li', '--rejected');
  expect(heard).toMatchObject([{ parcelNo: 'A', rejected: true }]);
  await run('return', ORDER, 'R1', '--key', 'in-1', '--actor', 'li');
  expect(heard).toMatchObject([{ returnId: 'R1', receiptNo: 'in-1', lines: [] }]);
  await run('deny', ORDER, 'R1', '--reason', 'used', '--actor', 'li');
  expect(heard).toMatchObject([{ returnId: 'R1', reason: 'used' }]);
  await run('retry', ORDER, 'A', '--actor', 'li');
  expect(heard).toMatchObject([{ parcelNo: 'A' }]);
  await run('receipt', '21230', '8801');
  expect(heard).toMatchObject([{ sellerId: '21230', receiptId: '8801' }]);
  await run('list', '--seller', '21230', '--place', 'WAREHOUSE:W1');
  expect(heard).toMatchObject([{ sellerId: '21230', place: { id: 'W1' } }]);
});
