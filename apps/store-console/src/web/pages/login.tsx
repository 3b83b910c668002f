import { Alert, Button, Card, Form, Input } from 'antd';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { ApiError, api } from '../api.ts';
import type { Me } from '../api.ts';
import { isTextKey, useText } from '../language.ts';

/** Sign in with an account of one store. */
export function LoginPage({ onDone, switcher }: { onDone: (me: Me) => void; switcher: ReactNode }) {
  const text = useText();
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const send = async ({ login, password }: { login: string; password: string }) => {
    setBusy(true);
    setFailure('');
    try {
      onDone(await api.login(login.trim(), password));
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
