export type { SpiAnswer, SpiClient, SpiConnection } from './client.ts';
export { createSpiClient } from './client.ts';
export { isUsableSpiUrl } from './url.ts';
