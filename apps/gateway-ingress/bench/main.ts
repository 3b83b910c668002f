/**
 * What one correctly signed body of the largest size costs the event loop before anything is done with
 * it: the digest, the reader and the rules of the fields. Prints a table of processor time in
 * milliseconds, then what the parts of usual requests cost in microseconds, and as its last line one JSON object;
 * exit code 1 when a median is above --target.
 *
 *   npm run bench:door [-- --rounds 60 --target 20]
 */
import { parseArgs } from 'node:util';
import { initialiseItems } from '@astrolabe/schemas/qimen';
import { XML_MAX_BYTES } from '@astrolabe/schemas/wire';
import { signQimen, verifyQimen } from '@astrolabe/signing';
import { usualCosts } from './usual.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '60' },
    target: { type: 'string', default: '20' },
  },
});
const rounds = Number(values.rounds);
const target = Number(values.target);
const SECRET = 'bench-secret';

const head =
  '<request><userId>21230</userId><operationTime>2016-09-22 10:00:00</operationTime><stores><store>' +
  '<warehouseType>STORE</warehouseType><warehouseId>1342</warehouseId><storeInventories>';
const tail = '</storeInventories></store></stores></request>';

const line = (n: number, blank: string, outerId: string): string =>
  [
    '<storeInventory>',
    `<billNum>LSD-20160922-${n}</billNum>`,
    '<itemId>9001</itemId>',
    `<outerId>${outerId}</outerId>`,
    `<skuId>${70_000 + n}</skuId>`,
    '<inventoryType>UNCERTAINTY</inventoryType>',
    '<quantity>4</quantity>',
    '</storeInventory>',
  ].join(blank);

/** As many parts as fit. */
function filled(part: (n: number) => string, max: number): Buffer {
  let text = head;
  for (let n = 0; n < max; n += 1) {
    const next = part(n);
    if (Buffer.byteLength(text) + Buffer.byteLength(next + tail) > XML_MAX_BYTES) break;
    text += next;
  }
  return Buffer.from(text + tail);
}

const BODIES: readonly (readonly [string, Buffer])[] = [
  ['1,000 lines, printed with blanks', filled((n) => line(n, '\n      ', 'SKU-A'), 1_000)],
  ['lines with Chinese codes', filled((n) => line(n, '', '夏季新款短袖连衣裙'), 1_200)],
  ['lines with references', filled((n) => line(n, '', '&#x590f;&amp;&#x5b63;'), 1_200)],
  ['as many elements as there may be', filled(() => '<a/>', 9_990)],
  ['a text of the whole size', filled(() => '<![CDATA[x]]>&#65;', 9_990)],
];

/** Processor milliseconds of this thread that the digest, the reader and the rules take. */
function cost(query: Record<string, string>, body: Buffer): number {
  const before = process.threadCpuUsage();
  if (!verifyQimen({ query, body, secrets: [SECRET] })) throw new Error('the digest is wrong');
  initialiseItems.decodeRequest(body);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

function measure([name, body]: readonly [string, Buffer]) {
  const unsigned = { method: initialiseItems.method, app_key: '1', sign_method: 'hmac-sha256' };
  const method = 'hmac-sha256';
  const sign = signQimen({ query: unsigned, body, secret: SECRET, method });
  const query = { ...unsigned, sign };
  for (let n = 0; n < 10; n += 1) cost(query, body);
  const taken = Array.from({ length: rounds }, () => cost(query, body)).toSorted((a, b) => a - b);
  const at = (share: number) => taken[Math.min(taken.length - 1, Math.floor(share * taken.length))];
  return { name, bytes: body.length, p50: at(0.5) ?? 0, p95: at(0.95) ?? 0, max: at(1) ?? 0 };
}

const rows = BODIES.map(measure);
for (const { name, bytes, p50, p95, max } of rows) {
  const figures = [p50, p95, max].map((ms) => ms.toFixed(1).padStart(7)).join('');
  console.log(`${name.padEnd(36)}${String(bytes).padStart(8)} bytes${figures} ms (p50, p95, max)`);
}
const usual = usualCosts();
for (const { name, micros } of usual) {
  console.log(`${name.padEnd(36)}${micros.toFixed(1).padStart(8)} us`);
}
console.log(JSON.stringify({ bench: 'door', node: process.version, target, rows, usual }));
if (rows.some(({ p50 }) => p50 > target)) process.exitCode = 1;
