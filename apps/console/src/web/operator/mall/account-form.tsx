import { Checkbox, Form, Input } from 'antd';
import { AskFirst } from '../manage/change.tsx';
import { useText as useManageText } from '../manage/texts.ts';
import { useText } from './texts.ts';

type Account = {
  username: string;
  mallName: string;
  agreementNo: string;
  poolIds: string[];
  moneyAsText: boolean;
};

type Values = Omit<Account, 'poolIds'> & { pools: string };

const TEXT_MAX = 200;
const NOTHING: Values = {
  username: '',
  mallName: '',
  agreementNo: '',
  pools: '',
  moneyAsText: false,
};

/** Asks what a new account is; its password is made when it is sent. */
export function NewAccount(props: {
  busy: boolean;
  onSend: (account: Account) => void;
  onCancel: () => void;
}) {
  const { busy, onSend, onCancel } = props;
  const text = useText();
  const manage = useManageText();
  const [form] = Form.useForm<Values>();
  const send = ({ pools, ...account }: Values) => {
    const poolIds = pools.split(/[,，\s]+/).filter((id) => id !== '');
    onSend({ ...account, poolIds });
  };
  return (
    <AskFirst
      title={text('newAccount')}
      effects={[]}
      busy={busy}
      onOk={() => form.submit()}
      onCancel={onCancel}
    >
      <Form<Values> form={form} layout="vertical" initialValues={NOTHING} onFinish={send}>
        <Form.Item
          name="username"
          label={text('username')}
          rules={[
            { required: true, message: manage('required') },
            { pattern: /^[\w.@-]{1,64}$/, message: text('usernameRule') },
          ]}
        >
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="mallName" label={text('mallName')}>
          <Input maxLength={TEXT_MAX} />
        </Form.Item>
        <Form.Item name="agreementNo" label={text('agreementNo')}>
          <Input maxLength={TEXT_MAX} />
        </Form.Item>
        <Form.Item name="pools" label={text('pools')} extra={text('poolsHint')}>
          <Input />
        </Form.Item>
        <Form.Item name="moneyAsText" valuePropName="checked">
          <Checkbox>{text('moneyAsText')}</Checkbox>
        </Form.Item>
      </Form>
    </AskFirst>
  );
}
