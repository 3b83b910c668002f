import { formatShanghai } from '@astrolabe/kernel';
import type { PlaceRow } from '../../../domain/places.ts';
import { inTimeRate, leftToday, refuseRate } from '../../../domain/places.ts';

export const PLACE_FILE_COLUMNS: readonly string[] = [
  '类型 Kind',
  '编码 Id',
  '名称 Name',
  '状态 Status',
  '现在营业 Open now',
  '平台营业时间 Hours at the platform',
  '派单时间 Hours of the router',
  '每日上限 Daily cap',
  '今日已占 Taken today',
  '今日剩余 Left today',
  '派单 Asked',
  '应答 Answered',
  '接单 Accepted',
  '拒单 Refused',
  '拒单率 Refuse rate',
  '拒单原因 Reasons',
  '按时应答率 In time',
  '接单时长中位数（秒） Median seconds to accept',
  '接单时长 P90（秒） P90 seconds',
  '最长接单时长（秒） Longest seconds',
  '待应答 Unanswered',
  '最早待应答 Oldest since',
  '最早待应答订单 Oldest order',
];

const text = (value: number | null | undefined): string => (value == null ? '' : String(value));
/** In whole thousandths; empty where it is not known, which no zero is. */
const rate = (value: number | null): string => (value === null ? '' : value.toFixed(3));
const yesNo = (value: boolean | null): string => (value === null ? '' : value ? '是 yes' : '否 no');

/** A place as a row of texts. */
export function placeFileRow(row: PlaceRow): readonly string[] {
  const { place, name, status, open, hours, deliver, work } = row;
  const { oldest, acceptSeconds } = work ?? {};
  return [
    place.type,
    place.id,
    name,
    status ?? '',
    yesNo(open),
    hours ? `${hours.startTime}-${hours.endTime}` : '',
    deliver?.workingTime ?? '',
    text(deliver?.threshold),
    text(deliver?.threshold == null ? null : deliver.taken),
    text(leftToday(row)),
    text(work?.asked),
    text(work?.answered),
    text(work?.accepted),
    text(work?.refused),
    rate(refuseRate(row)),
    (work?.reasons ?? []).map(({ code, count }) => `${code || 'UNSTATED'}:${count}`).join(' '),
    rate(inTimeRate(row)),
    text(acceptSeconds?.p50),
    text(acceptSeconds?.p90),
    text(acceptSeconds?.longest),
    text(work?.unanswered),
    oldest ? formatShanghai(oldest.since) : '',
    oldest ? `${oldest.orderRef.channel}/${oldest.orderRef.number}` : '',
  ];
}
