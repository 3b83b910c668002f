import { Alert, Button, Card, Divider, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { ApiError, sessionApi } from './api.ts';
import type { Session } from './api.ts';
import { isTextKey, useText } from './texts.ts';

type Props = { onDone: (session: Session) => void; switcher: ReactNode };

const PROBLEM = 'signin';

/** Why a sign-in by the provider failed, as the address says it; told once, so a reload is clean. */
function providerProblem(): string {
  const { search, pathname, hash } = window.location;
  const problem = new URLSearchParams(search).get(PROBLEM) ?? '';
  if (problem !== '') window.history.replaceState(null, '', `${pathname}${hash}`);
  return problem;
}

/** The way to the provider, where one is configured; one comes back to the page that is open now. */
function ByProvider() {
  const text = useText();
  const [name, setName] = useState<string | null>(null);
  useEffect(() => {
    // Where it cannot be asked, a password is the way in.
    sessionApi.ways().then(
      ({ provider }) => setName(provider?.name ?? null),
      () => undefined,
    );
  }, []);
  if (name === null) return null;
  const start = `/api/oidc/start?to=${encodeURIComponent(window.location.hash)}`;
  return (
    <>
      <Button block size="large" href={start}>
        {name || text('byProvider')}
      </Button>
      <Divider plain>{text('orPassword')}</Divider>
    </>
  );
}

/** Sign in, as a clerk or as an operator: the account decides which pages are shown. */
export function LoginPage({ onDone, switcher }: Props) {
  const text = useText();
  const [failure, setFailure] = useState(providerProblem);
  const [busy, setBusy] = useState(false);
  const send = async ({ login, password }: { login: string; password: string }) => {
    setBusy(true);
    setFailure('');
    try {
      onDone(await sessionApi.open(login.trim(), password));
    } catch (error) {
      setFailure(error instanceof ApiError ? error.code : 'UNKNOWN');
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="login">
      <Card title={text('brand')} extra={switcher}>
        <ByProvider />
        <Form layout="vertical" size="large" onFinish={(values) => void send(values)}>
          <Form.Item name="login" label={text('account')} rules={[{ required: true }]}>
            <Input autoComplete="username" autoFocus />
          </Form.Item>
          <Form.Item name="password" label={text('password')} rules={[{ required: true }]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          {failure ? (
            <Alert
              type="error"
              showIcon
              style={{ marginBottom: 16 }}
              title={text(isTextKey(failure) ? failure : 'UNKNOWN')}
            />
          ) : null}
          <Button type="primary" htmlType="submit" block loading={busy}>
            {text('login')}
          </Button>
        </Form>
      </Card>
    </div>
  );
}
