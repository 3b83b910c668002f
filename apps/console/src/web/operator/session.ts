import { createContext, useContext } from 'react';
import type { Session } from '../shared/api.ts';

export const SessionContext = createContext<Session | null>(null);

/** Who is signed in. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new TypeError('a page of operators without a session');
  return session;
}
