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
    notification.info({ title: text('newOrder'), placement: 'top', key: 'new-order' });
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
          {sound ? '🔔' : '🔕'}
        </Button>
        {switcher}
        <Button size="small" onClick={leave}>
          {text('logout')}
        </Button>
      </header>
      {online ? null : <Alert banner type="warning" title={text('offline')} />}
      <main className="page">
        <Tabs
          activeKey={tab}
          onChange={setTab}
          destroyOnHidden
          items={[
            ...LISTS.map((list) => ({
              key: list,
              label: text(list),
              children: <OrdersList me={me} list={list} version={version} onSignedOut={onEnd} />,
            })),
            { key: 'today', label: text('today'), children: <TodayPage version={version} /> },
          ]}
        />
      </main>
    </>
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
