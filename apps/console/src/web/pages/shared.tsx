import { Alert, Button, Empty, Space, Spin } from 'antd';
import type { ReactNode } from 'react';
import type { Loaded } from '../api.ts';
import { useText } from '../language.ts';

/** Draws an answer: unknown is a spinner, a failure says why; neither looks like zero. */
export function Answer<T>({ of, children }: { of: Loaded<T>; children: (value: T) => ReactNode }) {
  const text = useText();
  if (of.kind === 'loading') return <Spin size="large" style={{ display: 'block', margin: 48 }} />;
  if (of.kind === 'failed') {
    return <Alert type="error" showIcon title={text('failed')} description={of.message} />;
  }
  return <>{children(of.value)}</>;
}

export function Nothing() {
  const text = useText();
  return <Empty description={text('none')} />;
}

/** Moves through a list whose pages are named by tokens. */
export function Pager({
  token,
  nextToken,
  onMove,
}: {
  token: string;
  nextToken: string | undefined;
  onMove: (token: string) => void;
}) {
  const text = useText();
  if (token === '' && !nextToken) return null;
  return (
    <Space style={{ marginTop: 16 }}>
      <Button disabled={token === ''} onClick={() => onMove('')}>
        {text('first')}
      </Button>
      <Button disabled={!nextToken} onClick={() => onMove(nextToken ?? '')}>
        {text('next')}
      </Button>
    </Space>
  );
}
