import { Alert, App as AntApp, Button, ConfigProvider, Spin, Tabs } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useEffect, useState } from 'react';
import { ApiError, api } from './api.ts';
import type { ListName, Me } from './api.ts';
import { LanguageContext, saveLanguage, savedLanguage, useText } from './language.ts';
import type { Language } from './language.ts';
import { useLive } from './live.ts';
import { LoginPage } from './pages/login.tsx';
import { OrdersList } from './pages/orders.tsx';
import { TodayPage } from './pages/today.tsx';

type Session = { kind: 'unknown' } | { kind: 'none' } | { kind: 'failed' } | { kind: 'in'; me: Me };

const LISTS: ListName[] = ['new', 'pack', 'refunds', 'done'];

function Store({ me, onEnd, switcher }: { me: Me; onEnd: () => void; switcher: React.ReactNode }) {
  const text = useText();
  const { notification } = AntApp.useApp();
  const [sound, setSound] = useState(true);
  const [tab, setTab] = useState('new');
  const { version, online } = useLive(sound, () => {
    notification.info({
      title: text('newOrder'),
      placement: 'bottom',
      duration: 4,
      key: 'new-order',
    });
  });
  const leave = () => {
    void api.logout(me).then(onEnd, (error: unknown) => {
      if (error instanceof ApiError && error.status === 401) onEnd();
    });
  };
  return (
    <>
      <header className="bar">
        <span className="brand">{text('brand')}</span>
        <span className="who">
          {text('store')} {me.storeId} · {me.name}
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
        <Button size="small" onClick={leave}>
          {text('logout')}
        </Button>
      </header>
      {online ? null : <Alert banner type="warning" title={text('offline')} />}
      {me.answersHere ? null : <Alert banner type="info" title={text('answeredInTill')} />}
      <main className="page">
        <Tabs
          activeKey={tab}
          onChange={setTab}
          destroyOnHidden
          tabBarGutter={16}
          items={[
            ...LISTS.map((list) => ({
              key: list,
              label: text(list),
              children: <OrdersList me={me} list={list} version={version} onSignedOut={onEnd} />,
            })),
            {
              key: 'today',
              label: text('today'),
              children: <TodayPage me={me} version={version} />,
            },
          ]}
        />
      </main>
    </>
  );
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

/** The whole page: who is signed in decides what is there. */
export function App() {
  const [language, setLanguage] = useState<Language>(savedLanguage);
  const [session, setSession] = useState<Session>({ kind: 'unknown' });
  const look = () => {
    setSession({ kind: 'unknown' });
    api.me().then(
      (me) => setSession({ kind: 'in', me }),
      (error: unknown) => {
        const isOut = error instanceof ApiError && error.status === 401;
        setSession({ kind: isOut ? 'none' : 'failed' });
      },
    );
  };
  useEffect(look, []);
  const switchLanguage = () => {
    const next = language === 'zh' ? 'en' : 'zh';
    saveLanguage(next);
    setLanguage(next);
    document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en';
  };
  const switcher = (
    <Button size="small" onClick={switchLanguage}>
      {language === 'zh' ? 'EN' : '中文'}
    </Button>
  );
  return (
    <LanguageContext value={language}>
      <ConfigProvider
        locale={language === 'zh' ? zhCN : enUS}
        button={{ autoInsertSpace: false }}
        theme={{ token: { colorPrimary: '#1457c8', fontSize: 15 } }}
      >
        <AntApp>
          {session.kind === 'unknown' ? (
            <Spin style={{ display: 'block', margin: '20vh auto' }} />
          ) : null}
          {session.kind === 'failed' ? <Failed onRetry={look} /> : null}
          {session.kind === 'none' ? (
            <LoginPage switcher={switcher} onDone={(me) => setSession({ kind: 'in', me })} />
          ) : null}
          {session.kind === 'in' ? (
            <Store me={session.me} switcher={switcher} onEnd={() => setSession({ kind: 'none' })} />
          ) : null}
        </AntApp>
      </ConfigProvider>
    </LanguageContext>
  );
}

function Failed({ onRetry }: { onRetry: () => void }) {
  const text = useText();
  return (
    <div className="login">
      <Alert
        type="error"
        showIcon
        title={text('failed')}
        action={<Button onClick={onRetry}>{text('retry')}</Button>}
      />
    </div>
  );
}
