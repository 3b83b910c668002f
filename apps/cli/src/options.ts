/** One option: its value's name in the help (none: it is given or not), and what it says. */
type OptionText = { readonly value?: string; readonly text: string };

/** Every option of every command. A command says which it takes, and may say better what it means there. */
export const OPTIONS = {
  actor: { value: 'WHO', text: 'who asks for it, for the audit' },
  alert: { value: 'MINUTES', text: 'when people are told' },
  allocation: { value: 'N', text: 'which decision of the order; the newest without' },
  allocator: { value: 'astrolabe|isv', text: 'who allocates its orders' },
  acceptor: { value: 'console|pos', text: 'who answers for its stores' },
  amount: { value: 'YUAN', text: 'e.g. 19.90' },
  answer: { value: 'ANSWER', text: 'what was found out' },
  apply: { text: 'does it; without it is only shown' },
  broken: { text: 'they are not sold again' },
  calls: { value: 'PER_SECOND', text: 'calls that are made in a second' },
  carrier: { value: 'NAME', text: 'who carries the parcel' },
  channel: { value: 'CHANNEL', text: 'of one channel only' },
  code: { value: 'CODE', text: 'the code that stands beside a number' },
  days: { value: 'N', text: 'how many days it is good' },
  divergent: { text: 'only what is not as it is wanted' },
  disabled: { text: 'it may not call' },
  events: { text: 'Kafka events' },
  'fail-codes': { value: 'CODES', text: 'answers after which a repeat is of no use' },
  flag: { value: 'FLAG', text: 'what people have to look at, e.g. STOCK_REFUSED' },
  format: { value: 'jsonl|csv', text: 'how it is written' },
  from: { value: 'TOKEN', text: 'where the page begins, as the page before said' },
  grants: {
    value: 'GRANT,...',
    text: 'clerk@SELLER/STORE, manager@SELLER/STORE, operator@SELLER, reader@all',
  },
  group: { value: 'GROUP', text: 'the consumer group' },
  head: { value: 'HASH', text: 'an earlier last hash, which must still be in the log' },
  hold: {
    value: 'MINUTES',
    text: 'how long pre-orders hold; 0: until they are confirmed or cancelled',
  },
  inputs: {
    value: 'now|recorded',
    text: 'stock and stores as they are now, or as they were recorded',
  },
  item: { value: 'ID', text: 'the item' },
  key: { value: 'KEY', text: 'a key or number of the other side' },
  kind: { value: 'KIND', text: 'which kind' },
  limit: { value: 'N', text: 'one page of at most so many; without: all of them' },
  line: { value: 'LINE', text: 'the line of the order' },
  lookup: {
    value: 'PATH',
    text: 'where an order is looked up when nobody knows whether it was made',
  },
  manager: { text: 'of the store, rather than a clerk' },
  most: { value: 'PIECES', text: 'of one goods that a purchaser may have held; 0: no limit' },
  name: { value: 'NAME', text: 'its name' },
  note: { value: 'TEXT', text: 'what it says' },
  number: { value: 'NUMBER', text: 'the number that it was given' },
  orders: { text: 'holds of orders that are closed or, of Tmall, unknown' },
  overlap: { value: 'HOURS', text: 'how long the former secret stays good; a day without' },
  paid: { text: 'what was scanned is paid once the trade is made' },
  partition: { value: 'P', text: 'one partition only' },
  place: { value: 'TYPE:ID', text: 'e.g. STORE:1342 or WAREHOUSE:WH-01' },
  plan: { value: 'FILE', text: 'JSON lines of a plan; - reads the standard input' },
  places: { value: 'TYPE:ID,...', text: 'e.g. WAREHOUSE:WH-01,STORE:1342' },
  pools: { value: 'ID,...', text: 'the pools that it is shown' },
  projections: { text: 'what is derived from the journal' },
  rate: { value: 'PER_SECOND', text: 'calls that are admitted in a second' },
  reason: { value: 'WHY', text: 'why it is done' },
  region: {
    value: 'CODE|NAMES',
    text: 'the administrative division that it is, e.g. 120102 or 天津市/河东区; as it is without',
  },
  rejected: { text: 'the buyer did not take it, and it is expected back' },
  'replication-factor': { value: 'N', text: 'copies of every topic; 3 without' },
  'request-id': {
    value: 'ID',
    text: 'the same id again is the same request, and has no second effect',
  },
  'retry-codes': { value: 'CODES', text: 'answers after which a repeat helps' },
  report: { value: 'FORM', text: 'text, json or html' },
  role: { value: 'pos|erp|isv|tmall', text: 'what the key may call' },
  seller: { value: 'ID', text: 'of this seller' },
  sellers: { value: 'ID,...', text: 'the sellers that it acts for' },
  serial: { value: 'SERIAL', text: 'our serial of the invoice' },
  shared: { text: 'sellable stock counts shared stock' },
  'short-cells': { text: 'numbers that are less than nothing' },
  since: { value: 'TIME', text: 'e.g. 2026-11-30T10:00:00+08:00' },
  sku: { value: 'ID', text: 'the SKU of the item' },
  stack: { value: 'HASH', text: 'failures with the same stack' },
  state: { value: 'STATE', text: 'in this state only' },
  store: { value: 'ID', text: 'the store' },
  stores: { value: 'CODE=ID,...', text: 'ids that the merchant centre has issued' },
  'tax-number': { value: 'NUMBER', text: "the purchaser's tax number" },
  texts: { text: 'amounts are texts' },
  title: { value: 'TITLE', text: 'to whom it is made out' },
  to: { value: 'TIME', text: 'until then' },
  topic: { value: 'TOPIC', text: 'the topic' },
  type: { value: 'TYPE', text: 'messages of this type' },
  unpaid: { text: 'what was scanned is paid when the platform says so' },
  until: { value: 'TIME', text: 'e.g. 2026-11-30T10:00:00+08:00' },
  url: { value: 'URL', text: 'where it is called' },
  version: { value: 'N', text: 'a version of the rules; the active one without' },
  words: { value: 'FIELD=OWN:THEIRS,...', text: 'numbers of its own, e.g. payment=9:5' },
  waybill: { value: 'NO', text: "the parcel's number" },
} as const satisfies Readonly<Record<string, OptionText>>;

export type OptionName = keyof typeof OPTIONS;

type Valued<Name extends OptionName> = (typeof OPTIONS)[Name] extends { value: string }
  ? Name
  : never;

/** Options that have a value. */
export type ValueName = { [Name in OptionName]: Valued<Name> }[OptionName];

/** Options that are given or not. */
export type FlagName = Exclude<OptionName, ValueName>;

/** Its value's name and its words in the help. */
export const optionText = (name: OptionName): OptionText => OPTIONS[name];
