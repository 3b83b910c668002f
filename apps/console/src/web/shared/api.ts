/** Who is signed in, and what the session may see. */
export type Session = {
  login: string;
  name: string;
  /** Goes with whatever changes something: no other site knows it. */
  csrf: string;
  store: SessionStore | null;
  /** Those that are looked after by name. */
  sellers: ({ sellerId: string } & SellerRights)[];
  /** For who looks after every seller, and after the platform. */
  allSellers: SellerRights | null;
  /** Whether it may see what people did, of every seller. */
  mayAudit: boolean;
};

/** What may be done about a seller beyond reading. */
type SellerRights = { mayAct: boolean; mayReveal: boolean };

/** The store that a clerk works at. */
export type SessionStore = {
  sellerId: string;
  storeId: string;
  /** Empty where nobody has said. */
  storeName: string;
  role: 'CLERK' | 'MANAGER';
  /** The seller's clerks answer here; else in the till, and the page shows what happens there. */
  answersHere: boolean;
};

/** A refusal of the API, or `NETWORK` with status 0 where no answer came. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  /** The colleague who was faster, for TAKEN. */
  readonly by: string;

  constructor(status: number, code: string, { by = '', message = '' } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.by = by;
  }

  /** Nothing is wrong with what was asked for: the same may be asked again. */
  get isAway(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

const enders = new Set<() => void>();

/** Calls `listener` whenever an answer says that there is no session; returns what ends that. */
export function onSessionEnd(listener: () => void): () => void {
  enders.add(listener);
  return () => enders.delete(listener);
}

/** Longer than the slowest action takes with all that is asked for it. */
const TIMEOUT_MS = 20_000;
const NO_SESSION = 'NOT_SIGNED_IN';

/** Calls an address of the API; everything but an answer in JSON is an `ApiError`. */
async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
    response = await fetch(path, { ...init, signal });
  } catch {
    throw new ApiError(0, 'NETWORK');
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && body !== null) return body as T;
  const { code = 'UNKNOWN', ...more } = (body ?? {}) as {
    code?: string;
    by?: string;
    message?: string;
  };
  if (response.status === 401 && code === NO_SESSION) for (const end of enders) end();
  throw response.ok ? new ApiError(0, 'NETWORK') : new ApiError(response.status, code, more);
}

/** Reads an address of the API. */
export const get = <T>(path: string, signal?: AbortSignal): Promise<T> =>
  call<T>(path, signal ? { signal } : {});

/** Changes something; `csrf` is the session's. */
export const post = <T>(path: string, body: unknown, csrf = ''): Promise<T> =>
  call<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
    body: JSON.stringify(body),
  });

export const sessionApi = {
  current: () => get<Session>('/api/me'),
  open: (login: string, password: string) => post<Session>('/api/login', { login, password }),
  /** `leave`: where the provider's own session ends; empty for a session with a password. */
  end: ({ csrf }: Pick<Session, 'csrf'>) => post<{ leave: string }>('/api/logout', {}, csrf),
  /** How one may sign in besides a password. */
  ways: () => get<{ provider: { name: string } | null }>('/api/sign-in'),
};
