import type { OrderJson, PlaceJson, ReceivableJson, TaskJson } from '../../api.ts';
import { phraseOf } from './phrase.ts';
import type { Part } from './phrase.ts';
import { isSuppliers } from './supplier-words.ts';
import { isCode } from './words.ts';

/** Which service says it. */
export type Source = 'order' | 'store' | 'notice' | 'parcel' | 'refund' | 'money' | 'supply';

/** One thing that happened to an order, whoever says it. */
export type Event = {
  readonly at: string;
  readonly source: Source;
  readonly what: string;
  readonly parts: readonly Part[];
  readonly place: PlaceJson | undefined;
  readonly person: string;
  readonly reason: string;
  /** Of a store's status that a time is set for. */
  readonly onTime?: boolean | undefined;
  /** Nothing follows from it any more. */
  readonly isVoid?: boolean | undefined;
};

export type NotificationJson = {
  allocation?: number;
  state?: string;
  attempts?: number;
  deliveredAt?: string;
};
export type ParcelJson = {
  company?: string;
  mailNo?: string;
  state?: string;
  errorCode?: string;
  errorMessage?: string;
  shippedAt?: string;
  operator?: string;
};
export type TasksJson = {
  tasks?: (TaskJson & { parcel?: ParcelJson })[];
  notifications?: NotificationJson[];
};
export type RefundJson = {
  subOrderId: string;
  state?: string;
  place?: PlaceJson;
  askedAt?: string;
  answeredAt?: string;
  operator?: string;
};

const text = (words: string): readonly Part[] =>
  words === '' ? [] : [{ kind: 'text', text: words }];

const NOBODY = { place: undefined, person: '', reason: '' } as const;

const ofOrder = ({ timeline = [] }: OrderJson): readonly Event[] =>
  timeline.flatMap(({ at, what = '', detail = '' }): readonly Event[] =>
    at ? [{ ...NOBODY, at, source: 'order', what, ...phraseOf(detail) }] : [],
  );

/** What stores did; several sub-orders of one moment are one event. */
function ofStores({ tasks = [] }: TasksJson): readonly Event[] {
  const all = tasks.flatMap(({ subOrderId, history = [] }) =>
    history.map((entry) => ({ subOrderId, entry })),
  );
  const groups = Map.groupBy(all, ({ entry }) =>
    [entry.status, entry.actionTime, entry.allocation, entry.place?.id, entry.operator].join('|'),
  );
  return [...groups.values()].flatMap((group): readonly Event[] => {
    const entry = group[0]?.entry;
    if (!entry?.actionTime) return [];
    const { actionTime: at, place, operator = '', onTime, withdrawn, reason = {} } = entry;
    const what = entry.givenBack ? 'STORE_GAVE_BACK' : (entry.status ?? '');
    const parts = text(group.map(({ subOrderId }) => subOrderId).join(' '));
    const why = [reason.code, reason.text].filter(Boolean).join(' ');
    const who = { place, person: operator === 'astrolabe' ? '' : operator, reason: why };
    return [{ at, source: 'store', what, parts, ...who, onTime, isVoid: withdrawn }];
  });
}

const ofNotices = ({ notifications = [] }: TasksJson): readonly Event[] =>
  notifications.flatMap(({ deliveredAt, state = '' }): readonly Event[] =>
    deliveredAt ? [{ ...NOBODY, at: deliveredAt, source: 'notice', what: state, parts: [] }] : [],
  );

const ofParcels = ({ tasks = [] }: TasksJson): readonly Event[] =>
  tasks.flatMap(({ parcel, place }): readonly Event[] => {
    if (!parcel?.shippedAt) return [];
    const { company = '', mailNo = '', state = '', operator = '' } = parcel;
    const { errorCode = '', errorMessage = '' } = parcel;
    // Without a code nobody has refused it: what the network said is for a log.
    const why = errorCode === '' ? '' : `${errorCode} ${errorMessage}`;
    const parts = text([company, mailNo, why].filter(Boolean).join(' '));
    const at = parcel.shippedAt;
    return [{ at, source: 'parcel', what: state, parts, place, person: operator, reason: '' }];
  });

const ofRefunds = (refunds: readonly RefundJson[]): readonly Event[] =>
  refunds.flatMap(({ subOrderId, askedAt, answeredAt, state = '', place, operator = '' }) => {
    const common = { source: 'refund', parts: text(subOrderId), place, reason: '' } as const;
    const asked = askedAt && { ...common, at: askedAt, what: 'REFUND_ASKED', person: '' };
    const answered = answeredAt && { ...common, at: answeredAt, what: state, person: operator };
    return [asked, answered].flatMap((event): readonly Event[] => (event ? [event] : []));
  });

function ofMoney(receivable: ReceivableJson | null): readonly Event[] {
  if (!receivable?.recordedAt) return [];
  const { recordedAt: at, credits = [] } = receivable;
  const booked: Event = { ...NOBODY, at, source: 'money', what: 'BOOKED', parts: [] };
  const returned = credits.flatMap(({ subOrderId, returnedAt }): readonly Event[] =>
    returnedAt
      ? [{ ...NOBODY, at: returnedAt, source: 'money', what: 'CREDITED', parts: text(subOrderId) }]
      : [],
  );
  return [booked, ...returned];
}

/** One thing that happened to an order that is no trade of a shop, as its service says it. */
export type LifeEventJson = {
  at?: string;
  what?: string;
  about?: string[];
  reason?: string;
  by?: string;
  words?: string;
};

/**
 * A reason of ours has words, so what was written beside it is for a log; a reason that only somebody outside knows
 * stands with what they wrote.
 */
function ofLife(source: Source, events: readonly LifeEventJson[]): readonly Event[] {
  return events.flatMap(({ at, what = '', about = [], reason = '', by = '', words = '' }) => {
    if (!at) return [];
    const isKnown = by === '' && reason !== '' && isCode(reason) && !isSuppliers(reason);
    const parts: Part[] = [
      ...text(about.join(' ')),
      ...(reason === '' ? [] : [space(about.length > 0), { kind: 'code', text: reason } as const]),
      ...(words === '' || isKnown
        ? []
        : [space(about.length > 0 || reason !== ''), ...text(words)]),
    ];
    return [{ at, source, what, parts, place: undefined, person: by, reason: '' }];
  });
}

const space = (isBetween: boolean): Part => ({ kind: 'text', text: isBetween ? ' · ' : '' });

/** What is known so far; what was not read is left out, and the page says so. */
export type Known = {
  readonly order?: OrderJson | undefined;
  readonly tasks?: TasksJson | undefined;
  readonly refunds?: readonly RefundJson[] | undefined;
  readonly receivable?: ReceivableJson | null | undefined;
  readonly life?: readonly LifeEventJson[] | undefined;
  readonly supply?: readonly LifeEventJson[] | undefined;
};

/** One timeline of what all services say, oldest first; what is of one moment keeps the services' order. */
export function timelineOf({
  order,
  tasks,
  refunds,
  receivable,
  life = [],
  supply = [],
}: Known): readonly Event[] {
  return [
    ...(order ? ofOrder(order) : []),
    ...ofLife('order', life),
    ...ofLife('supply', supply),
    ...(tasks ? [...ofStores(tasks), ...ofNotices(tasks), ...ofParcels(tasks)] : []),
    ...(refunds ? ofRefunds(refunds) : []),
    ...(receivable ? ofMoney(receivable) : []),
  ].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
