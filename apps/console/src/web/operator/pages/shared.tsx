import { Alert, Button, Card, Empty, Space, Spin } from 'antd';
import type { ReactNode } from 'react';
import type { ApiError } from '../../shared/api.ts';
import { shanghai } from '../format.tsx';
import { isTextKey, useText } from '../language.ts';
import type { Translate } from '../language.ts';
import type { Reading } from '../read.ts';

const wordsOf = (error: ApiError, text: Translate): string => {
  if (error.isAway) return text('away');
  return isTextKey(error.code) ? text(error.code) : `${error.code} ${error.message}`.trim();
};

/**
 * Draws what is known of an address: unknown is a spinner, a failure says why, an old value carries a
 * sign with its time. Nothing of it looks like zero, and a part that fails leaves the others alone.
 */
export function Answer<T>({ of, children }: { of: Reading<T>; children: (value: T) => ReactNode }) {
  const text = useText();
  const { data, error, dataUpdatedAt, isFetching, refetch } = of;
  const again = (
    <Button size="small" loading={isFetching} onClick={() => void refetch()}>
      {text('retry')}
    </Button>
  );
  if (data === undefined) {
    if (!error) return <Spin size="large" style={{ display: 'block', margin: 48 }} />;
    return (
      <Alert
        type="error"
        showIcon
        title={text('failed')}
        description={wordsOf(error, text)}
        action={error.isAway ? again : null}
      />
    );
  }
  return (
    <>
      {error ? (
        <Alert
          type="warning"
          showIcon
          style={{ marginBottom: 12 }}
          title={`${text('old')} ${shanghai(dataUpdatedAt)}`}
          description={wordsOf(error, text)}
          action={again}
        />
      ) : null}
      <div className={error ? 'old' : undefined}>{children(data)}</div>
    </>
  );
}

/** A part of a page that reads an address of its own. */
export function Block<T>(props: {
  title: string;
  of: Reading<T>;
  extra?: ReactNode;
  children: (value: T) => ReactNode;
}) {
  const { title, of, extra, children } = props;
  return (
    <Card title={title} extra={extra} data-block={title}>
      <Answer of={of}>{children}</Answer>
    </Card>
  );
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
