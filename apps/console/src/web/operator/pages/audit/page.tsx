import { Button, Form, Input, Select, Space, Tag, Typography } from 'antd';
import { DataTable } from '../../manage/data-table.tsx';
import { useWords } from '../../../shared/language.ts';
import { shanghai } from '../../format.tsx';
import { useAsked } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { Block, Nothing, Pager } from '../shared.tsx';
import {
  ACTION_NAMES,
  OTHER_ACTION,
  isAction,
  isTextKey,
  useActionText,
  useText,
} from './texts.ts';

const REFRESH_MS = 10_000;
const SERVICE = 'service:';
const FILTERS = ['login', 'action', 'seller', 'from', 'to'] as const;

type Filters = Partial<Record<(typeof FILTERS)[number], string>>;
type EntryJson = {
  sequence: string;
  at: string;
  login: string;
  name: string;
  address: string;
  sellerId: string;
  action: string;
  target: string;
  reason: string;
  before: string;
  after: string;
  outcome: string;
  about: string;
};

const DAY_MS = 86_400_000;

/** The instant when a day of Shanghai begins, or the day after it; empty for no day. */
function dayStart(day: string, after = 0): string {
  const at = Date.parse(`${day}T00:00:00+08:00`);
  return Number.isNaN(at) ? '' : new Date(at + after * DAY_MS).toISOString();
}

function urlOf(asked: (name: string) => string): string {
  const query = {
    login: asked('login'),
    action: asked('action'),
    seller: asked('seller'),
    from: dayStart(asked('from')),
    to: dayStart(asked('to'), 1),
    token: asked('token'),
  };
  const given = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''));
  return given.size === 0 ? '/api/audit' : `/api/audit?${given}`;
}

function Filter() {
  const text = useText();
  const actionText = useActionText();
  const { asked, ask } = useAsked();
  const [form] = Form.useForm<Filters>();
  const values = Object.fromEntries(FILTERS.map((name) => [name, asked(name)]));
  const send = (sent: Filters) => {
    const filled = FILTERS.map((name) => [name, (sent[name] ?? '').trim()] as const);
    ask({ ...Object.fromEntries(filled), token: '' });
  };
  const clear = () => {
    form.setFieldsValue(Object.fromEntries(FILTERS.map((name) => [name, ''])));
    send({});
  };
  return (
    <Form form={form} className="audit-filter" initialValues={values} onFinish={send}>
      <Space wrap>
        <Form.Item name="login" noStyle>
          <Input className="filter" aria-label={text('login')} placeholder={text('login')} />
        </Form.Item>
        <Form.Item name="action" noStyle>
          <Select
            className="filter"
            aria-label={text('what')}
            options={[
              { value: '', label: text('allActions') },
              ...ACTION_NAMES.map((name) => ({ value: name, label: actionText(name) })),
            ]}
          />
        </Form.Item>
        <Form.Item name="seller" noStyle>
          <Input className="filter" aria-label={text('seller')} placeholder={text('seller')} />
        </Form.Item>
        <Form.Item name="from" noStyle>
          <Input type="date" aria-label={text('from')} prefix={text('from')} />
        </Form.Item>
        <Form.Item name="to" noStyle>
          <Input type="date" aria-label={text('to')} prefix={text('to')} />
        </Form.Item>
        <Button type="primary" htmlType="submit">
          {text('search')}
        </Button>
        <Button onClick={clear}>{text('reset')}</Button>
      </Space>
    </Form>
  );
}

function Who({ login, name }: EntryJson) {
  const text = useText();
  if (login === '') return <Typography.Text type="secondary">{text('nobody')}</Typography.Text>;
  if (login.startsWith(SERVICE)) return <>{text('service')}</>;
  return (
    <>
      {name}（{login}）
    </>
  );
}

function Action({ action }: EntryJson) {
  const actionText = useActionText();
  const words = useWords();
  if (isAction(action)) return <>{actionText(action)}</>;
  return (
    <>
      {words(OTHER_ACTION)} <Typography.Text code>{action}</Typography.Text>
    </>
  );
}

function Coded({ code }: { code: string }) {
  const text = useText();
  return <>{isTextKey(code) ? text(code) : code}</>;
}

function Outcome({ outcome, about }: EntryJson) {
  const text = useText();
  if (outcome === '') return <Tag>{text('recorded')}</Tag>;
  return (
    <>
      <Tag color="orange">{text('noEffect')}</Tag> <Coded code={outcome} />
      {about === '0' ? null : ` （${text('ofEntry')} ${about}）`}
    </>
  );
}

/** A value as it was told; one that could not be read says so. */
function Told({ value }: { value: string }) {
  const text = useText();
  if (value === '"UNREAD"') return <>{text('UNREAD')}</>;
  return <Typography.Text code>{value}</Typography.Text>;
}

function Detail({ before, after }: EntryJson) {
  const text = useText();
  const told = [
    [text('before'), before],
    [text('after'), after],
  ].filter(([, value]) => value !== '');
  return (
    <>
      {told.map(([label, value]) => (
        <div key={label}>
          {label} <Told value={value ?? ''} />
        </div>
      ))}
    </>
  );
}

function Entries({ entries }: { entries: EntryJson[] }) {
  const text = useText();
  return (
    <DataTable<EntryJson>
      rowKey="sequence"
      size="small"
      dataSource={entries}
      locale={{ emptyText: <Nothing /> }}
      expandable={{
        expandedRowRender: (row) => <Detail {...row} />,
        rowExpandable: ({ before, after }) => before !== '' || after !== '',
      }}
      columns={[
        { title: text('number'), dataIndex: 'sequence' },
        { title: text('at'), render: (_, { at }) => shanghai(at) },
        { title: text('who'), render: (_, row) => <Who {...row} /> },
        { title: text('what'), render: (_, row) => <Action {...row} /> },
        { title: text('seller'), dataIndex: 'sellerId' },
        { title: text('target'), dataIndex: 'target' },
        { title: text('why'), render: (_, { reason }) => <Coded code={reason} /> },
        { title: text('outcome'), render: (_, row) => <Outcome {...row} /> },
        { title: text('address'), dataIndex: 'address' },
      ]}
    />
  );
}

/** What people did in the console, newest first, by person, action, seller and day. */
export function AuditPage() {
  const text = useText();
  const { asked, ask } = useAsked();
  const answer = useRead<{ entries: EntryJson[]; nextToken: string }>(urlOf(asked), REFRESH_MS);
  return (
    <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
      <Typography.Title level={3}>{text('audit')}</Typography.Title>
      <Typography.Paragraph>
        {text('intro')} {text('verify')}{' '}
        <Typography.Text code copyable>
          astrolabe audit verify console
        </Typography.Text>
      </Typography.Paragraph>
      <Filter />
      <Block title={text('audit')} of={answer}>
        {({ entries, nextToken }) => (
          <>
            <Entries entries={entries} />
            <Pager
              token={asked('token')}
              nextToken={nextToken}
              onMove={(token) => ask({ token })}
            />
          </>
        )}
      </Block>
    </Space>
  );
}
