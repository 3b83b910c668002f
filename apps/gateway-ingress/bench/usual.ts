import { readFileSync } from 'node:fs';
import { initialiseItems, qimenSuccess, queryItems } from '@astrolabe/schemas/qimen';
import { decodeTmallPush } from '@astrolabe/schemas/tmall';
import { getFullTrade, parseForm } from '@astrolabe/schemas/top';
import { createSealer, signQimen, signTop, verifyQimen, verifyTop } from '@astrolabe/signing';

/** A trade as a platform pushes it, as a line of JSON. */
const vector = new URL('../../../libs/schemas/test/vectors/tmall-push.json', import.meta.url);
const PUSHED = Buffer.from(JSON.stringify(JSON.parse(readFileSync(vector, 'utf8'))));

const SECRET = 'bench-secret';
const WARM_UP = 5_000;
const TURNS = 20_000;
const LINES = 6;

const PUBLIC = {
  app_key: '12345678',
  customerId: '21230',
  format: 'xml',
  sign_method: 'md5',
  timestamp: '2016-09-22 10:00:00',
  v: '2.0',
};

const asked = (): Buffer => {
  const store =
    '<store><warehouseType>STORE</warehouseType><warehouseId>1342</warehouseId><storeInventories>' +
    '<storeInventory><itemId>9001</itemId><outerId>SKU-A</outerId><skuId>70001</skuId></storeInventory>' +
    '</storeInventories></store>';
  return Buffer.from(
    `<request><userId>21230</userId><stores>${store.repeat(LINES)}</stores></request>`,
  );
};

const counted = (): Buffer => {
  const line = (n: number): string =>
    `<storeInventory><billNum>LSD-20160922-${n}</billNum><itemId>9001</itemId><outerId>SKU-A</outerId>` +
    '<skuId>70001</skuId><inventoryType>UNCERTAINTY</inventoryType><quantity>4</quantity></storeInventory>';
  const lines = Array.from({ length: LINES }, (_, n) => line(n)).join('');
  return Buffer.from(
    '<request><userId>21230</userId><operationTime>2016-09-22 10:00:00</operationTime><stores><store>' +
      '<warehouseType>STORE</warehouseType><warehouseId>1342</warehouseId><storeInventories>' +
      `${lines}</storeInventories></store></stores></request>`,
  );
};

/** The value of a result that cannot be a refusal here. */
function valueOf<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new TypeError('the bench has made something that is refused');
  return result.value;
}

/** What is done with usual requests, by name; each has one to two kilobytes. */
function usualWork(): readonly (readonly [string, () => unknown])[] {
  const question = asked();
  const upload = counted();
  const query = { ...PUBLIC, method: queryItems.method };
  const sign = signQimen({ query, body: question, secret: SECRET, method: 'md5' });
  const signed = { ...query, sign };
  const { stores: askedStores } = valueOf(queryItems.decodeRequest(question));
  const stores = askedStores.map(({ place, goods }) => ({
    place,
    goods: goods.map(({ goods: one }) => ({
      goods: one,
      quantities: [{ kind: 'SHARED' as const, quantity: 100_000n }],
    })),
  }));
  const params = { ...PUBLIC, method: getFullTrade.method, fields: 'tid,status', tid: '31' };
  const topSign = signTop({ params, secret: SECRET, method: 'md5' });
  const form = Buffer.from(new URLSearchParams({ ...params, sign: topSign }).toString());
  const { push } = valueOf(decodeTmallPush(PUSHED));
  const full = { trade: push.trade, standings: [] };
  const sealer = createSealer(Buffer.alloc(32, 1).toString('base64'));
  const sealed = sealer.seal(PUSHED, 'trade');
  return [
    [
      'Qimen, a question verified',
      () => verifyQimen({ query: signed, body: question, secrets: [SECRET] }),
    ],
    ['Qimen, a question read', () => queryItems.decodeRequest(question)],
    ['Qimen, its answer printed', () => queryItems.encodeReply(qimenSuccess({ stores }))],
    ['Qimen, an upload read', () => initialiseItems.decodeRequest(upload)],
    [
      'TOP, a form read and verified',
      () => verifyTop({ params: valueOf(parseForm(form)), secrets: [SECRET] }),
    ],
    ['Tmall, a trade read', () => decodeTmallPush(PUSHED)],
    [
      'TOP, a trade printed',
      () => getFullTrade.encodeReply({ ok: true, message: '', value: full }, 'json', 'id'),
    ],
    ['a body sealed', () => sealer.seal(PUSHED, 'trade')],
    ['a body opened', () => sealer.open(sealed, 'trade')],
  ];
}

/** Processor microseconds of this thread that one turn of the work takes. */
function usualCost(work: () => unknown): number {
  for (let n = 0; n < WARM_UP; n += 1) work();
  const before = process.threadCpuUsage();
  for (let n = 0; n < TURNS; n += 1) work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / TURNS;
}

/** What the parts of usual requests cost, each by itself: processor microseconds of one thread. */
export const usualCosts = (): readonly { readonly name: string; readonly micros: number }[] =>
  usualWork().map(([name, work]) => ({ name, micros: usualCost(work) }));
