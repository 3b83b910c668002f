import { Alert, App as AntApp, Button, ConfigProvider, Spin } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { Suspense, lazy, useEffect, useState, useSyncExternalStore } from 'react';
import { ApiError, onSessionEnd, sessionApi } from './shared/api.ts';
import type { Session } from './shared/api.ts';
import { areaAt } from './shared/area.ts';
import { LanguageContext, saveLanguage, savedLanguage } from './shared/language.ts';
import type { Language } from './shared/language.ts';
import { LanguageSwitch } from './shared/switches.tsx';
import { useText } from './shared/texts.ts';

const LoginPage = lazy(async () => ({ default: (await import('./shared/login.tsx')).LoginPage }));

/** Operators load none of it. */
const StoreApp = lazy(async () => ({ default: (await import('./store/app.tsx')).StoreApp }));

/** Clerks load none of it. */
const OperatorApp = lazy(async () => {
  const { OperatorApp: component } = await import('./operator/app.tsx');
  return { default: component };
});

type Known =
  { kind: 'unknown' } | { kind: 'none' } | { kind: 'failed' } | { kind: 'in'; session: Session };

/** Descriptions can be read: at least 4.5 to 1 on every ground that they stand on. */
const THEME = {
  token: {
    colorPrimary: '#1457c8',
    colorLink: '#1457c8',
    colorError: '#c41220',
    colorTextDescription: '#000000a6',
    colorTextPlaceholder: '#0000008c',
    fontSize: 15,
  },
};

const Waiting = () => <Spin style={{ display: 'block', margin: '20vh auto' }} />;

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

function subscribeToAddress(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

type PagesProps = { session: Session; onEnd: () => void; switcher: React.ReactNode };

/** The pages of who is signed in, by the address and by what the session may see. */
function Pages({ session, onEnd, switcher }: PagesProps) {
  const address = useSyncExternalStore(subscribeToAddress, () => window.location.hash);
  const { store } = session;
  if (areaAt(address, session) === 'store' && store) {
    return <StoreApp session={session} store={store} switcher={switcher} onEnd={onEnd} />;
  }
  return <OperatorApp session={session} switcher={switcher} onEnd={onEnd} />;
}

/** Who is signed in; looks it up once, and again when somebody asks. */
function useSession() {
  const [known, setKnown] = useState<Known>({ kind: 'unknown' });
  const look = () => {
    setKnown({ kind: 'unknown' });
    sessionApi.current().then(
      (session) => setKnown({ kind: 'in', session }),
      (error: unknown) => {
        const isOut = error instanceof ApiError && error.status === 401;
        setKnown({ kind: isOut ? 'none' : 'failed' });
      },
    );
  };
  useEffect(look, []);
  // The address stays what it is: after the next sign-in the same page is open.
  const end = () => setKnown({ kind: 'none' });
  useEffect(() => onSessionEnd(end), []);
  return { known, look, end, begin: (session: Session) => setKnown({ kind: 'in', session }) };
}

/** The whole page: who is signed in decides what is there. */
export function App() {
  const [language, setLanguage] = useState<Language>(savedLanguage);
  const { known, look, end, begin } = useSession();
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  const change = (next: Language) => {
    saveLanguage(next);
    setLanguage(next);
  };
  const switcher = <LanguageSwitch onLanguage={change} />;
  return (
    <LanguageContext value={language}>
      <ConfigProvider
        locale={language === 'zh' ? zhCN : enUS}
        button={{ autoInsertSpace: false }}
        theme={THEME}
      >
        <AntApp>
          {known.kind === 'unknown' ? <Waiting /> : null}
          {known.kind === 'failed' ? <Failed onRetry={look} /> : null}
          <Suspense fallback={<Waiting />}>
            {known.kind === 'none' ? <LoginPage switcher={switcher} onDone={begin} /> : null}
            {known.kind === 'in' ? (
              <Pages session={known.session} switcher={switcher} onEnd={end} />
            ) : null}
          </Suspense>
        </AntApp>
      </ConfigProvider>
    </LanguageContext>
  );
}
