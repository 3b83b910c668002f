import { Alert, App as AntApp, Badge, Button, Tabs } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { Session, SessionStore } from '../shared/api.ts';
import { AreaLink, SignOut } from '../shared/switches.tsx';
import { api } from './api.ts';
import type { Counts, ListName, Me } from './api.ts';
import { useManifest } from './device/install.ts';
import { useUpdate } from './device/update.ts';
import { useText } from './language.ts';
import { useLive } from './live.ts';
import { useScreenOn } from './screen.ts';
import { OrdersList } from './pages/orders.tsx';
import { TodayPage } from './pages/today.tsx';
import './store.css';

const LISTS: ListName[] = ['new', 'pack', 'refunds', 'done'];

/** The server counts no further. */
const COUNTED_MOST = 1_000;

const TODAY = 'today';
const ADDRESS = '#/store/';

/** The list that is open stands in the address, so that it is open again after a new sign-in. */
function useTab() {
  const named = window.location.hash.startsWith(ADDRESS)
    ? window.location.hash.slice(ADDRESS.length)
    : '';
  const isTab = LISTS.some((list) => list === named) || named === TODAY;
  const [tab, setTab] = useState(isTab ? named : 'new');
  const open = (next: string) => {
    window.history.replaceState(null, '', `${ADDRESS}${next}`);
    setTab(next);
  };
  return { tab, open };
}

type Props = { session: Session; store: SessionStore; onEnd: () => void; switcher: ReactNode };

/** The pages of a store. */
export function StoreApp({ session, store, onEnd, switcher }: Props) {
  const text = useText();
  const { notification } = AntApp.useApp();
  const [sound, setSound] = useState(true);
  const { tab, open } = useTab();
  useScreenOn();
  useManifest();
  const { login, name, csrf } = session;
  const me = useMemo<Me>(() => ({ login, name, csrf, ...store }), [login, name, csrf, store]);
  const { version, online } = useLive(sound, () => {
    notification.info({
      title: text('newOrder'),
      placement: 'bottom',
      duration: 4,
      key: 'new-order',
    });
  });
  const counts = useCounts(version);
  return (
    <>
      <header className="bar">
        <span className="brand">{text('brand')}</span>
        <span className="who">
          {me.storeName === '' ? `${text('store')} ${me.storeId}` : me.storeName} · {me.name}
        </span>
        <Button
          size="small"
          aria-pressed={sound}
          title={text('sound')}
          aria-label={text('sound')}
          onClick={() => setSound(!sound)}
        >
          <Bell rings={sound} />
        </Button>
        {switcher}
        <AreaLink session={session} to="operator" />
        <SignOut session={session} onEnd={onEnd} />
      </header>
      <NewVersion />
      {online ? null : <Alert banner type="warning" title={text('offline')} />}
      {me.answersHere ? null : <Alert banner type="info" title={text('answeredInTill')} />}
      <main className="page">
        <Tabs
          activeKey={tab}
          onChange={open}
          destroyOnHidden
          tabBarGutter={16}
          items={[
            ...LISTS.map((list) => ({
              key: list,
              label: <TabLabel text={text(list)} count={counts[list] ?? 0} />,
              children: <OrdersList me={me} list={list} version={version} />,
            })),
            {
              key: TODAY,
              label: text('today'),
              children: <TodayPage me={me} version={version} />,
            },
          ]}
        />
      </main>
    </>
  );
}

/** Offers a newer version, which nobody is made to begin. */
function NewVersion() {
  const text = useText();
  const update = useUpdate();
  if (!update) return null;
  const begin = (
    <Button size="small" onClick={update}>
      {text('update')}
    </Button>
  );
  return <Alert banner type="info" title={text('newVersion')} action={begin} />;
}

/** A list's name, with how many orders wait in it. */
function TabLabel({ text, count }: { text: string; count: number }) {
  return (
    <>
      {text} <Badge count={count} overflowCount={COUNTED_MOST - 1} size="small" />
    </>
  );
}

/** How many orders wait, read again whenever the store's feed moves; what was known stays while it is not. */
function useCounts(version: number): Counts {
  const [counts, setCounts] = useState<Counts>({});
  useEffect(() => {
    let isOver = false;
    api.counts().then(
      (found) => (isOver ? undefined : setCounts(found)),
      () => undefined,
    );
    return () => {
      isOver = true;
    };
  }, [version]);
  return counts;
}

/** A bell, struck out when it does not ring. */
function Bell({ rings }: { rings: boolean }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
    >
      <path d="M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4" />
      {rings ? null : <path d="M3 3l18 18" />}
    </svg>
  );
}
