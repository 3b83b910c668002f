import type { PauseJson } from '../../onboarding/paused.tsx';

/** Figures of calls or messages, as the API tells them. */
export type TrafficJson = {
  lastOkAt?: string;
  lastFailedAt?: string;
  lastCode?: string;
  waitsUntil?: string;
  counts?: { code?: string; count?: string }[];
};

/** What is known of the tokens of a connection to 1688. */
export type PlatformJson = {
  accessTokenEndsAt?: string;
  refreshTokenEndsAt?: string;
  refused?: string;
  replayedUntil?: string;
};

export type ConnectorJson = {
  enabled: boolean;
  pause?: PauseJson;
  calls?: TrafficJson;
  platform?: PlatformJson;
};
