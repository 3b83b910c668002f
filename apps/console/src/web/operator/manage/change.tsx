import { Alert, App, Space, Table, Typography } from 'antd';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Dialog } from './dialog.tsx';
import { ApiError, post } from '../../shared/api.ts';
import { useSession } from '../session.ts';
import { isTextKey, useText } from './texts.ts';

const ERROR_SECONDS = 8;

/** A refusal in words; undefined where a page has none of its own for it. */
export type WordsOf = (code: string) => string | undefined;

/**
 * Sends what changes something, one thing at a time, and says how it came out. The answer is null where it
 * failed; `wordsOf` has a page's own words for refusals, `onEnd` reads again what may have changed.
 */
export function useChange(wordsOf: WordsOf, onEnd: () => void) {
  const text = useText();
  const { csrf } = useSession();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const wordsFor = (error: unknown): string => {
    if (!(error instanceof ApiError)) return text('failed');
    const own = wordsOf(error.code);
    if (own !== undefined) return own;
    if (isTextKey(error.code)) return text(error.code);
    return error.isAway ? text('away') : `${text('failed')}: ${error.code} ${error.message}`.trim();
  };
  const change = async <T,>(url: string, body: object): Promise<T | null> => {
    if (busy) return null;
    setBusy(true);
    try {
      const answer = await post<T>(url, body, csrf);
      message.success(text('done'));
      return answer;
    } catch (error) {
      message.error(wordsFor(error), ERROR_SECONDS);
      return null;
    } finally {
      setBusy(false);
      onEnd();
    }
  };
  return { busy, change };
}

/** What a change does to one thing: how it stands, and how it will. */
export type Effect = { what: string; now: ReactNode; after: ReactNode };

/** Asks before something changes, and says what it will change. */
export function AskFirst(props: {
  title: string;
  effects: readonly Effect[];
  /** What cannot be taken back, or reaches further than the table says. */
  warning?: string;
  children?: ReactNode;
  busy: boolean;
  isDanger?: boolean;
  onOk: () => void;
  onCancel: () => void;
}) {
  const { title, effects, warning, children, busy, isDanger = false, onOk, onCancel } = props;
  const text = useText();
  return (
    <Dialog
      open
      title={title}
      okText={text('confirm')}
      cancelText={text('cancel')}
      okButtonProps={{ danger: isDanger }}
      confirmLoading={busy}
      onOk={onOk}
      onCancel={onCancel}
    >
      <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
        {children}
        {effects.length === 0 ? null : (
          <Table<Effect>
            rowKey="what"
            size="small"
            pagination={false}
            dataSource={effects}
            columns={[
              { title: text('what'), dataIndex: 'what' },
              { title: text('now'), dataIndex: 'now' },
              { title: text('after'), dataIndex: 'after' },
            ]}
          />
        )}
        {warning === undefined ? null : <Alert type="warning" showIcon title={warning} />}
      </Space>
    </Dialog>
  );
}

/** A secret that is in no later answer: it stays until somebody says that it is kept. */
export function ShownOnce(props: {
  title: string;
  values: readonly { label: string; value: string }[];
  onClose: () => void;
}) {
  const { title, values, onClose } = props;
  const text = useText();
  return (
    <Dialog
      open
      title={title}
      okText={text('close')}
      cancelButtonProps={{ style: { display: 'none' } }}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      onOk={onClose}
    >
      <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
        <Alert
          type="warning"
          showIcon
          title={text('shownOnce')}
          description={text('shownOnceWhy')}
        />
        {values.map(({ label, value }) => (
          <div key={label}>
            <div>{label}</div>
            <Typography.Text code copyable data-secret={label} style={{ wordBreak: 'break-all' }}>
              {value}
            </Typography.Text>
          </div>
        ))}
      </Space>
    </Dialog>
  );
}
