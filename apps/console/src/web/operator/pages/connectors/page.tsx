import { Alert, Descriptions, Space, Tag } from 'antd';
import type { DescriptionsProps } from 'antd';
import type { ReactNode } from 'react';
import { DataTable } from '../../manage/data-table.tsx';
import { shanghai } from '../../format.tsx';
import { useSeller } from '../../navigation.ts';
import { PauseWords } from '../../onboarding/paused.tsx';
import { useRead } from '../../read.ts';
import { Block } from '../shared.tsx';
import { Actions } from './actions.tsx';
import { useCode, useText } from './texts.ts';
import type { TextKey } from './texts.ts';
import { remaining, renewsSoon, since } from './times.ts';
import type { Span } from './times.ts';
import type { ConnectorJson, PlatformJson, TrafficJson } from './types.ts';

const KINDS = ['1688', 'tmall', 'pos', 'distribution', 'till'] as const;
type Kind = (typeof KINDS)[number];
/** Kinds whose calls wait after the other side has said that there were too many. */
const LIMITED: readonly Kind[] = ['1688', 'distribution'];
/** Kinds whose authorisation ends at a time that the platform does not tell. */
const UNTOLD_END: readonly Kind[] = ['tmall', 'till'];

const CHANNELS: Readonly<Record<string, TextKey>> = {
  tmall: 'tmallMessages',
  qimen: 'qimen',
  top: 'top',
  fenxiao: 'fenxiao',
  procurement: 'procurement',
};

/** A connector's page is looked at while something is wrong: figures are some seconds old. */
const REFRESH_MS = 5_000;

/** A span of time in words. */
function useSpan(): (span: Span) => string {
  const text = useText();
  return ({ count, unit }) => `${count} ${text(unit)}`;
}

/** When something was the last time, and how long ago; nothing known is no zero. */
function Instant({ at }: { at: string | undefined }) {
  const text = useText();
  const words = useSpan();
  if (at === undefined) return text('noneKnown');
  const span = since(new Date(at), new Date());
  return (
    <span>
      {shanghai(at)} <small>{span ? `${words(span)} ${text('ago')}` : text('justNow')}</small>
    </span>
  );
}

/** What the last day came to, by code. */
function Counts({ traffic }: { traffic: TrafficJson | undefined }) {
  const text = useText();
  const code = useCode();
  if (!traffic) return text('noneKnown');
  const { counts = [] } = traffic;
  if (counts.length === 0) return text('noneKnown');
  return (
    <Space wrap>
      {counts.map(({ code: of = '', count = '0' }) => (
        <Tag key={of} {...(of === '' ? {} : { color: 'gold' })}>
          {of === '' ? text('fine') : code(of)} × {count}
        </Tag>
      ))}
    </Space>
  );
}

function Failure({ traffic }: { traffic: TrafficJson | undefined }) {
  const text = useText();
  const code = useCode();
  if (!traffic?.lastFailedAt) return text('noneKnown');
  return (
    <div>
      <div>{traffic.lastCode ? code(traffic.lastCode) : null}</div>
      <Instant at={traffic.lastFailedAt} />
    </div>
  );
}

/** When a token ends; it is said in time that a person has to renew it. */
function End({ at, isRenewedByPeople }: { at: string | undefined; isRenewedByPeople: boolean }) {
  const text = useText();
  const words = useSpan();
  if (at === undefined) return text('unknownEnd');
  const now = new Date();
  const left = remaining(new Date(at), now);
  const isSoon = isRenewedByPeople && renewsSoon(new Date(at), now);
  return (
    <>
      <div>
        {shanghai(at)} <small>{left ? `${text('left')} ${words(left)}` : text('ended')}</small>
      </div>
      {isSoon ? <Alert type="warning" showIcon title={text('renewSoon')} /> : null}
    </>
  );
}

function State({ connector }: { connector: ConnectorJson }) {
  const text = useText();
  const { enabled, pause } = connector;
  if (enabled) return <Tag color="green">{text('running')}</Tag>;
  return (
    <>
      <Tag color="gold">{text('paused')}</Tag>
      <PauseWords pause={pause} />
    </>
  );
}

type Items = NonNullable<DescriptionsProps['items']>;

function useItems(): (kind: Kind, connector: ConnectorJson) => Items {
  const text = useText();
  const code = useCode();
  const item = (label: TextKey, children: ReactNode): Items[number] => ({
    key: label,
    label: text(label),
    children,
  });
  const limiter = ({ calls }: ConnectorJson): ReactNode => {
    if (!calls) return text('noneKnown');
    if (!calls.waitsUntil) return text('notLimited');
    return <Tag color="gold">{`${text('waitsUntil')} ${shanghai(calls.waitsUntil)}`}</Tag>;
  };
  const tokens = ({ accessTokenEndsAt, refreshTokenEndsAt, ...one }: PlatformJson): Items => [
    item('accessEnds', <End at={accessTokenEndsAt} isRenewedByPeople={false} />),
    item('refreshEnds', <End at={refreshTokenEndsAt} isRenewedByPeople />),
    ...(one.refused ? [item('refused', <Tag color="red">{code(one.refused)}</Tag>)] : []),
    item('replayedUntil', one.replayedUntil ? shanghai(one.replayedUntil) : text('noneKnown')),
  ];
  return (kind, connector) => [
    item('state', <State connector={connector} />),
    item('lastOk', <Instant at={connector.calls?.lastOkAt} />),
    item('lastFailed', <Failure traffic={connector.calls} />),
    item('day', <Counts traffic={connector.calls} />),
    ...(LIMITED.includes(kind) ? [item('limiter', limiter(connector))] : []),
    ...(UNTOLD_END.includes(kind) ? [item('sessionEnds', text('unknownEnd'))] : []),
    ...(connector.platform ? tokens(connector.platform) : []),
  ];
}

/** One system that we call for the seller. */
function Connector({ seller, kind }: { seller: string; kind: Kind }) {
  const text = useText();
  const url = `/api/sellers/${encodeURIComponent(seller)}/connectors/${kind}`;
  const answer = useRead<{ connector: ConnectorJson | null }>(url, REFRESH_MS);
  const itemsOf = useItems();
  const connector = answer.data?.connector;
  return (
    <Block
      title={text(kind)}
      of={answer}
      extra={
        connector ? (
          <Actions
            seller={seller}
            kind={kind}
            isRunning={connector.enabled}
            onDone={() => void answer.refetch()}
          />
        ) : null
      }
    >
      {({ connector: found }) =>
        found ? (
          <Descriptions
            size="small"
            column={{ xs: 1, sm: 1, md: 2, lg: 3 }}
            layout="vertical"
            items={itemsOf(kind, found)}
          />
        ) : (
          text('notConnected')
        )
      }
    </Block>
  );
}

type ReceivedJson = { channel: string; messages?: TrafficJson };

/** What came for the seller, by channel. */
function Received({ seller }: { seller: string }) {
  const text = useText();
  const url = `/api/sellers/${encodeURIComponent(seller)}/received`;
  const answer = useRead<{ received?: ReceivedJson[] }>(url, REFRESH_MS);
  return (
    <Block title={text('received')} of={answer}>
      {({ received = [] }) => (
        <DataTable<ReceivedJson>
          rowKey="channel"
          size="small"
          dataSource={received}
          columns={[
            {
              title: text('channel'),
              render: (_, { channel }) => text(CHANNELS[channel] ?? 'channel'),
            },
            {
              title: text('lastTaken'),
              render: (_, { messages }) => <Instant at={messages?.lastOkAt} />,
            },
            {
              title: text('lastFailed'),
              render: (_, { messages }) => <Failure traffic={messages} />,
            },
            { title: text('day'), render: (_, { messages }) => <Counts traffic={messages} /> },
          ]}
        />
      )}
    </Block>
  );
}

/** What comes for a seller and what we call for it: each part is read by itself, and fails alone. */
export function ConnectorsPage() {
  const seller = useSeller();
  return (
    <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
      <Received seller={seller} />
      {KINDS.map((kind) => (
        <Connector key={kind} seller={seller} kind={kind} />
      ))}
    </Space>
  );
}
