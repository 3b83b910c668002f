import { enumReader } from './convert.ts';
import { Acceptor, Allocator } from './gen/astrolabe/catalog/v1/catalog_service.ts';

/** Who allocates a seller's orders; null where the switch is not set. */
export const allocatorFromMessage = enumReader<Allocator, 'ASTROLABE' | 'ISV' | null>('Allocator', {
  [Allocator.UNSPECIFIED]: null,
  [Allocator.ASTROLABE]: 'ASTROLABE',
  [Allocator.ISV]: 'ISV',
});

/** Where a seller's stores take orders; null where the switch is not set. */
export const acceptorFromMessage = enumReader<Acceptor, 'DIANZHANGGUI' | 'POS' | null>('Acceptor', {
  [Acceptor.UNSPECIFIED]: null,
  [Acceptor.DIANZHANGGUI]: 'DIANZHANGGUI',
  [Acceptor.POS]: 'POS',
});
