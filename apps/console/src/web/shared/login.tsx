import { Alert, Button, Card, Form, Input } from 'antd';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { ApiError, sessionApi } from './api.ts';
import type { Session } from './api.ts';
import { isTextKey, useText } from './texts.ts';

type Props = { onDone: (session: Session) => void; switcher: ReactNode };

/** Sign in, as a clerk or as an operator: the account decides which pages are shown. */
export function LoginPage({ onDone, switcher }: Props) {
  const text = useText();
  const [failure, setFailure] = useState('');
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
