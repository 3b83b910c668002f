/** How long a try counts. */
export const WINDOW_MS = 5 * 60_000;

/**
 * Tries in a window, by what they count against; beyond it nothing is looked at until the window is
 * over. `device`: a clerk on a device that this clerk has signed in on before. Everything else counts
 * against its address, its login and all such tries together.
 */
export const TRIES_MAX = { device: 5, login: 5, address: 20, all: 300 } as const;

export type Scope = keyof typeof TRIES_MAX;

/** One counter that a try is counted in. */
export type Count = { readonly scope: Scope; readonly key: string };

export type Claimant = {
  readonly login: string;
  /** Where the try comes from; of IPv6 the network. */
  readonly address: string;
  /** The device's token, if it is one that this clerk has signed in on before. */
  readonly knownDevice: string | null;
};

/**
 * What a try counts against, in the order of the counting; the first that is used up ends it. Whoever
 * guesses from elsewhere cannot use up what a known device has (docs/adr/0037).
 */
export function countsOf({ login, address, knownDevice }: Claimant): readonly Count[] {
  if (knownDevice !== null) return [{ scope: 'device', key: `${knownDevice} ${login}` }];
  return [
    { scope: 'address', key: address },
    { scope: 'login', key: login },
    { scope: 'all', key: '' },
  ];
}

/** Whether the try that made a counter `count` may be looked at. */
export const isWithin = (scope: Scope, count: number): boolean => count <= TRIES_MAX[scope];

/**
 * The answer to a try that is one too many. What all share is no fault of who tries: that is to be
 * tried again, as when too many wait.
 */
export const refusalOf = (scope: Scope): 'TOO_MANY_TRIES' | 'BUSY' =>
  scope === 'all' ? 'BUSY' : 'TOO_MANY_TRIES';
