import { TMALL, hourOf, placeKey } from '@astrolabe/kernel';
import type { Place } from '@astrolabe/kernel';
import type { OrderQueue, OrderStage, OrderState } from '../../domain/order.ts';

/** Channels whose orders are in this collection. */
export const CHANNELS = [TMALL] as const;

/**
 * Texts that lists and counts find an order by, in one index: equal texts, so that the index alone counts
 * them. Each kind has a beginning of its own. Hours are those of Asia/Shanghai, `yyyy-MM-dd HH`.
 */
export const mark = {
  channel: (channel: string): string => `c ${channel}`,
  place: (place: Place): string => `p ${placeKey(place)}`,
  /** A number or a code that somebody may search by. */
  text: (text: string): string => `t ${text}`,
  stage: (stage: OrderStage, channel: string, hour: string): string =>
    `s ${stage} ${channel} ${hour}`,
  move: (kind: 'CAME' | 'LEFT', queue: OrderQueue, hour: string): string =>
    `${kind === 'CAME' ? '+' : '-'} ${queue} ${hour}`,
} as const;

/** All marks of an order, each once. */
export function marksOf({ orderRef, buyerRef, lines, passages }: OrderState): readonly string[] {
  const { channel, number } = orderRef;
  const texts = lines.flatMap(({ subOrderId, itemId, skuId, outerId }) => [
    subOrderId,
    itemId,
    skuId,
    outerId,
  ]);
  return [
    ...new Set([
      mark.channel(channel),
      ...[number, buyerRef, ...texts].filter((text) => text !== '').map(mark.text),
      ...lines.flatMap(({ place }) => (place ? [mark.place(place)] : [])),
      ...passages.map((passage) => {
        const hour = hourOf(passage.at);
        return passage.kind === 'STAGE'
          ? mark.stage(passage.name, channel, hour)
          : mark.move(passage.kind, passage.name, hour);
      }),
    ]),
  ];
}
