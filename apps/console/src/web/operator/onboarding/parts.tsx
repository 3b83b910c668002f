import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { AskFirst, ShownOnce, useChange } from '../manage/change.tsx';
import type { Effect } from '../manage/change.tsx';
import { useText as useManageText } from '../manage/texts.ts';
import { useRefusals, useText } from './texts.ts';
import type { TextKey } from './texts.ts';

/** What a change is asked for: each value is a text, a number or one of a few words. */
export type Field = {
  name: string;
  label: TextKey;
  kind?: 'text' | 'name' | 'optional' | 'secret' | 'optionalSecret' | 'number' | 'choice';
  options?: readonly { value: string; label: string }[];
  value?: string | number;
  hint?: TextKey;
};

export type Values = Readonly<Record<string, string | number>>;

/** A change that is about to be made: what is asked, what it will do, and where it is sent. */
export type Plan = {
  title: string;
  url: string;
  fields?: readonly Field[];
  effects?: readonly Effect[];
  warning?: string;
  isDanger?: boolean;
  bodyOf: (values: Values) => object;
  /** The field of the answer that is shown once. */
  secret?: 'secret' | 'password';
};

const TEXT_MAX = 500;

function inputOf({ kind = 'text', options = [] }: Field): ReactNode {
  if (kind === 'number') return <InputNumber min={0} precision={0} style={{ width: '100%' }} />;
  if (kind === 'choice') return <Select options={[...options]} />;
  if (kind === 'secret' || kind === 'optionalSecret')
    return <Input.Password maxLength={TEXT_MAX} autoComplete="off" />;
  return <Input maxLength={TEXT_MAX} autoComplete="off" />;
}

/** Asks for what a plan needs, says what it will change, and sends it. */
function PlanDialog(props: {
  plan: Plan;
  onDone: () => void;
  onSecret: (value: string) => void;
  onClose: () => void;
}) {
  const { plan, onDone, onSecret, onClose } = props;
  const { title, url, fields = [], effects = [], warning, isDanger = false, secret } = plan;
  const text = useText();
  const manage = useManageText();
  const { busy, change } = useChange(useRefusals(), onDone);
  const [form] = Form.useForm<Record<string, string | number>>();
  const send = async (values: Values) => {
    const answer = await change<Record<string, string>>(url, plan.bodyOf(values));
    if (!answer) return;
    onClose();
    if (secret) onSecret(answer[secret] ?? '');
  };
  const rulesOf = ({ kind = 'text' }: Field) => [
    ...(kind === 'optional' || kind === 'optionalSecret'
      ? []
      : [{ required: true, message: manage('required') }]),
    ...(kind === 'name' ? [{ pattern: /^[\w.-]{1,64}$/, message: text('nameRule') }] : []),
  ];
  return (
    <AskFirst
      title={title}
      effects={effects}
      {...(warning !== undefined && { warning })}
      isDanger={isDanger}
      busy={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={Object.fromEntries(fields.map(({ name, value = '' }) => [name, value]))}
        onFinish={(values) => void send(values)}
      >
        {fields.map((field) => (
          <Form.Item
            key={field.name}
            name={field.name}
            label={text(field.label)}
            rules={rulesOf(field)}
            extra={field.hint ? text(field.hint) : undefined}
          >
            {inputOf(field)}
          </Form.Item>
        ))}
      </Form>
    </AskFirst>
  );
}

/** A button that asks first; a secret that the answer has is shown until somebody has kept it. */
export function Ask(props: { label: string; isMain?: boolean; plan: Plan; onDone: () => void }) {
  const { label, isMain = false, plan, onDone } = props;
  const text = useText();
  const [isAsking, setIsAsking] = useState(false);
  const [secret, setSecret] = useState('');
  return (
    <>
      <Button
        {...(isMain ? { type: 'primary' } : { danger: plan.isDanger ?? false })}
        onClick={() => setIsAsking(true)}
      >
        {label}
      </Button>
      {isAsking ? (
        <PlanDialog
          plan={plan}
          onDone={onDone}
          onSecret={setSecret}
          onClose={() => setIsAsking(false)}
        />
      ) : null}
      {secret !== '' && plan.secret ? (
        <ShownOnce
          title={plan.title}
          values={[{ label: text(plan.secret), value: secret }]}
          onClose={() => setSecret('')}
        />
      ) : null}
    </>
  );
}

/** The plan of switching something on or off. */
export function useSwitchPlan(): (of: {
  name: string;
  url: string;
  enabled: boolean;
  warning: string;
  /** Whoever switches it off has to say why. */
  asksWhy?: boolean;
}) => { label: string; plan: Plan } {
  const text = useText();
  const manage = useManageText();
  return ({ name, url, enabled, warning, asksWhy = false }) => {
    const label = manage(enabled ? 'disable' : 'enable');
    const named = (is: boolean) => manage(is ? 'enabled' : 'disabled');
    return {
      label,
      plan: {
        title: `${label}: ${name}`,
        url,
        effects: [{ what: text('state'), now: named(enabled), after: named(!enabled) }],
        ...(enabled && { warning, isDanger: true }),
        ...(enabled && asksWhy && { fields: [{ name: 'reason', label: 'reason' as const }] }),
        bodyOf: (values) => ({ ...values, enabled: !enabled }),
      },
    };
  };
}
