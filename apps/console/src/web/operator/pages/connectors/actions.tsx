import { Button, Form, Input, Space } from 'antd';
import { useState } from 'react';
import { AskFirst, useChange } from '../../manage/change.tsx';
import { useText as useManageText } from '../../manage/texts.ts';
import { useSession } from '../../session.ts';
import { isTextKey, useText } from './texts.ts';
import { instantOf } from './times.ts';

const REASON_MAX = 200;
type Asking = 'pause' | 'resume' | 'replay';

type Props = { seller: string; kind: string; isRunning: boolean; onDone: () => void };

/** What is asked before a connector is paused, resumed, or asked for messages again. */
function AskAbout({
  seller,
  kind,
  what,
  onDone,
  onClose,
}: Omit<Props, 'isRunning'> & {
  what: Asking;
  onClose: () => void;
}) {
  const text = useText();
  const manage = useManageText();
  const { busy, change } = useChange((code) => (isTextKey(code) ? text(code) : undefined), onDone);
  const [form] = Form.useForm<{ reason?: string; since?: string }>();
  const url = ['/api/onboarding/connections', kind, encodeURIComponent(seller)].join('/');
  const send = async ({ reason, since = '' }: { reason?: string; since?: string }) => {
    const done =
      what === 'replay'
        ? await change(`${url}/replay`, { since: instantOf(since)?.toISOString() ?? '' })
        : await change(`${url}/enable`, {
            enabled: what === 'resume',
            ...(what === 'pause' && { reason }),
          });
    if (done) onClose();
  };
  const states = [text('running'), text('paused')] as const;
  const effect =
    what === 'replay'
      ? { what: text('replayWhat'), now: text('waiting'), after: text('takenAndConfirmed') }
      : {
          what: text('state'),
          now: states[what === 'pause' ? 0 : 1],
          after: states[what === 'pause' ? 1 : 0],
        };
  return (
    <AskFirst
      title={`${text(what)}: ${text(isTextKey(kind) ? kind : 'channel')} ${seller}`}
      effects={[effect]}
      isDanger={what === 'pause'}
      busy={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" onFinish={(values) => void send(values)}>
        {what === 'pause' ? (
          <Form.Item
            name="reason"
            label={text('reason')}
            rules={[{ required: true, message: manage('required') }]}
          >
            <Input maxLength={REASON_MAX} />
          </Form.Item>
        ) : null}
        {what === 'replay' ? (
          <Form.Item
            name="since"
            label={text('since')}
            extra={text('sinceHint')}
            rules={[
              {
                validator: (_, value: string) =>
                  instantOf(value ?? '')
                    ? Promise.resolve()
                    : Promise.reject(new Error(text('noTime'))),
              },
            ]}
          >
            <Input autoComplete="off" />
          </Form.Item>
        ) : null}
      </Form>
    </AskFirst>
  );
}

/** What people may do about a connector; connections reach beyond one seller, so they are for who looks after all. */
export function Actions({ seller, kind, isRunning, onDone }: Props) {
  const text = useText();
  const canAct = useSession().allSellers?.mayAct === true;
  const [asking, setAsking] = useState<Asking | null>(null);
  if (!canAct) return null;
  return (
    <Space wrap>
      {kind === '1688' && isRunning ? (
        <Button onClick={() => setAsking('replay')}>{text('replay')}</Button>
      ) : null}
      <Button danger={isRunning} onClick={() => setAsking(isRunning ? 'pause' : 'resume')}>
        {text(isRunning ? 'pause' : 'resume')}
      </Button>
      {asking ? (
        <AskAbout
          seller={seller}
          kind={kind}
          what={asking}
          onDone={onDone}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </Space>
  );
}
