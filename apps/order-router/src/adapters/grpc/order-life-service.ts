import { lifeEventToMessage } from '@astrolabe/contracts';
import type { OrderLifeServiceServer } from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import type { OrderRef } from '@astrolabe/kernel';
import type { OrderLife } from '../../domain/order-life.ts';

export type OrderLifeDeps = {
  /** By channel: reads what has become of an order; null where there is none of the name. */
  readonly lives: ReadonlyMap<string, (name: OrderRef) => Promise<OrderLife | null>>;
  readonly traceIdOf: (name: OrderRef) => string;
};

/** OrderLifeService: orders of malls, of procurement and of distribution, and sales, for people. */
export const orderLifeService = ({ lives, traceIdOf }: OrderLifeDeps): OrderLifeServiceServer => ({
  getOrderLife: unary('OrderLifeService/GetOrderLife', async (request) => {
    const name = orderOf(request);
    const life = await lives.get(name.channel)?.(name);
    if (!life) throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_ORDER' });
    return {
      life: {
        ...life,
        lines: [...life.lines],
        events: life.events.map(lifeEventToMessage),
        related: [...life.related],
        traceId: traceIdOf(name),
      },
    };
  }),
});
