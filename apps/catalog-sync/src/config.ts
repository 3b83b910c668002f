import { adminPort, baseConfig, grpcPort } from '@astrolabe/service';
import Type from 'typebox';

/** Everything catalog-sync reads from its environment. */
export const ConfigSchema = Type.Object({
  ...baseConfig,
  ...grpcPort,
  ...adminPort,
  MONGODB_DATABASE: Type.String({ default: 'astrolabe_catalog_sync', minLength: 1 }),
  /** Seals the names and numbers of store keepers; 32 bytes, base64, newest first. */
  RAW_BODY_KEY: Type.String({ minLength: 44 }),
});

export type Config = Type.Static<typeof ConfigSchema>;
