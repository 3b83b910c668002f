import { Form, InputNumber } from 'antd';
import { AskFirst } from '../manage/change.tsx';
import { useText } from './texts.ts';

export type Settings = { holdMinutes: number; alertMinutes: number; mostPieces: number };

const MINUTES_MAX = 527_040;
const PIECES_MAX = 1_000_000_000;

/** Asks for the rules of pre-orders, and shows what of them will change. */
export function SettingsForm(props: {
  values: Settings;
  busy: boolean;
  onSend: (next: Settings) => void;
  onCancel: () => void;
}) {
  const { values, busy, onSend, onCancel } = props;
  const text = useText();
  const [form] = Form.useForm<Settings>();
  const next = Form.useWatch([], form) ?? values;
  const names = ['holdMinutes', 'alertMinutes', 'mostPieces'] as const;
  return (
    <AskFirst
      title={text('settings')}
      effects={names
        .filter((name) => next[name] !== values[name])
        .map((name) => ({ what: text(name), now: values[name], after: next[name] }))}
      warning={text('settingsWarning')}
      busy={busy}
      onOk={() => form.submit()}
      onCancel={onCancel}
    >
      <Form<Settings> form={form} layout="vertical" initialValues={values} onFinish={onSend}>
        {names.map((name) => (
          <Form.Item key={name} name={name} label={text(name)} rules={[{ required: true }]}>
            <InputNumber
              min={0}
              max={name === 'mostPieces' ? PIECES_MAX : MINUTES_MAX}
              precision={0}
              style={{ width: '100%' }}
            />
          </Form.Item>
        ))}
      </Form>
    </AskFirst>
  );
}
