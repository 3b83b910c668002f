import { useContext, useEffect, useState } from 'react';
import { ApiError } from '../../shared/api.ts';
import { LanguageContext } from '../../shared/language.ts';
import type { Language } from '../../shared/language.ts';
import { api } from '../api.ts';
import type { Me } from '../api.ts';

/**
 * `none`: this browser, this address or this platform has no messages. `denied`: the browser was told to
 * let none through.
 */
export type PushState = 'reading' | 'none' | 'denied' | 'off' | 'on';

const isThere = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (one) =>
    one.charCodeAt(0),
  );

const managerOf = async (): Promise<PushManager> =>
  (await navigator.serviceWorker.ready).pushManager;

/** The server knows the browser from now on, until the session ends. */
async function tellServer(me: Me, subscription: PushSubscription, language: Language) {
  const { endpoint, keys = {} } = subscription.toJSON();
  const { p256dh = '', auth = '' } = keys;
  await api.subscribe(me, { endpoint: endpoint ?? '', p256dh, auth, language });
}

async function begin(me: Me, key: string, language: Language): Promise<PushState> {
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') return permission === 'denied' ? 'denied' : 'off';
  const manager = await managerOf();
  const options = { userVisibleOnly: true, applicationServerKey: bytesOf(key) };
  await tellServer(me, await manager.subscribe(options), language);
  return 'on';
}

async function end(me: Me): Promise<PushState> {
  const subscription = await (await managerOf()).getSubscription();
  if (subscription) {
    await api.unsubscribe(me, subscription.endpoint);
    await subscription.unsubscribe();
  }
  return 'off';
}

/** How it stands; a browser that is subscribed is told to the server again, for this session. */
async function look(me: Me, key: string, language: Language): Promise<PushState> {
  if (key === '' || !isThere()) return 'none';
  if (Notification.permission === 'denied') return 'denied';
  const subscription = await (await managerOf()).getSubscription();
  if (!subscription || Notification.permission !== 'granted') return 'off';
  await tellServer(me, subscription, language);
  return 'on';
}

/** Messages of new and overdue orders while the page is closed; `problem` is a code, empty for none. */
export function usePush(me: Me) {
  const language = useContext(LanguageContext);
  const [state, setState] = useState<PushState>('reading');
  const [problem, setProblem] = useState('');
  const [key, setKey] = useState('');
  const carryOut = async (work: () => Promise<PushState>) => {
    setProblem('');
    try {
      setState(await work());
    } catch (error) {
      // A browser that cannot reach its push service says so by an exception of its own.
      setProblem(error instanceof ApiError ? error.code : 'PUSH_SERVICE');
    }
  };
  useEffect(() => {
    void carryOut(async () => {
      const found = await api.pushKey();
      setKey(found.key);
      return await look(me, found.key, language);
    });
  }, [me, language]);
  return {
    state,
    problem,
    turn: (isOn: boolean) => carryOut(() => (isOn ? begin(me, key, language) : end(me))),
  };
}
