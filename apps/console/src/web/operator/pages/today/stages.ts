/** Orders by stage and hour of a day, as the API tells them; what is not measured is absent. */
export type ChannelStagesJson = {
  channel: string;
  stages?: { stage: string; hours?: number[] }[];
};

export const STAGES = ['RECEIVED', 'PAID', 'ROUTED', 'ACCEPTED', 'SHIPPED', 'DELIVERED'] as const;

export type Stage = (typeof STAGES)[number];

/** Numbers of one channel and stage; null where nobody measures them, or they are not there. */
export const hoursAt = (
  channels: readonly ChannelStagesJson[],
  channel: string,
  stage: string,
): readonly number[] | null => {
  const found = channels
    .find((one) => one.channel === channel)
    ?.stages?.find((one) => one.stage === stage);
  return found ? (found.hours ?? []) : null;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** One number of the funnel beside that of last week; null is not known, which is not zero. */
export type Compared = {
  readonly count: number | null;
  /** Today and last week up to the last full hour; null before the first one. */
  readonly now: number | null;
  readonly before: number | null;
};

/**
 * Today's number with last week's. Both are compared up to the last full hour, for half an hour is not to be
 * compared with a whole one; `fullHours` counts those that are over.
 */
export function compared(
  today: readonly number[] | null,
  lastWeek: readonly number[] | null,
  fullHours: number,
): Compared {
  const upTo = (hours: readonly number[] | null) =>
    hours && fullHours > 0 ? sum(hours.slice(0, fullHours)) : null;
  return { count: today && sum(today), now: upTo(today), before: upTo(lastWeek) };
}

/** The change in per cent, e.g. `+12 %`; empty where there is nothing to compare with. */
export function changeOf({ now, before }: Compared): string {
  if (now === null || before === null || before === 0) return '';
  const percent = Math.round(((now - before) / before) * 100);
  return `${percent > 0 ? '+' : ''}${percent} %`;
}
