import { baseConfig, grpcPort } from '@astrolabe/service';
import Type from 'typebox';
import type { Static } from 'typebox';

/** Environment of settlement. */
export const ConfigSchema = Type.Object({
  ...baseConfig,
  ...grpcPort,
  MONGODB_DATABASE: Type.String({ default: 'astrolabe_settlement', minLength: 1 }),
});

export type Config = Static<typeof ConfigSchema>;
