import { enumReader } from './convert.ts';
import { DeliveryFlow } from './gen/astrolabe/common/v1/common.ts';

/** How the buyer gets the goods; null where it is not said. */
export const flowFromMessage = enumReader<DeliveryFlow, 'SHIP' | 'PICKUP' | null>('DeliveryFlow', {
  [DeliveryFlow.UNSPECIFIED]: null,
  [DeliveryFlow.SHIP]: 'SHIP',
  [DeliveryFlow.PICKUP]: 'PICKUP',
});
