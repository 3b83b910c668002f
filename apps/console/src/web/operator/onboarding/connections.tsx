import { Radio, Space } from 'antd';
import type { ReactNode } from 'react';
import { DataTable } from '../manage/data-table.tsx';
import { useText as useManageText } from '../manage/texts.ts';
import { useAsked } from '../navigation.ts';
import { Block, Pager } from '../pages/shared.tsx';
import { useRead } from '../read.ts';
import { useSession } from '../session.ts';
import { Ask, useSwitchPlan } from './parts.tsx';
import type { Field, Plan, Values } from './parts.tsx';
import { Paused } from './paused.tsx';
import type { PauseJson } from './paused.tsx';
import { Platforms } from './platforms.tsx';
import { useText } from './texts.ts';

/** What a seller may be connected to; what 1688 needs has a table of its own. */
const KINDS = ['1688', 'tmall', 'pos', 'distribution', 'till'] as const;
type Kind = (typeof KINDS)[number];
type OtherKind = Exclude<Kind, '1688'>;

type ConnectionJson = {
  connection: {
    sellerId: string;
    url?: string;
    appKey?: string;
    nick?: string;
    treatAsPaid?: boolean;
  };
  pause?: PauseJson;
};

const KIND_TEXTS = {
  '1688': 'kind1688',
  tmall: 'kindTmall',
  pos: 'kindPos',
  distribution: 'kindDistribution',
  till: 'kindTill',
} as const satisfies Record<Kind, string>;

const NO_YES = ['no', 'yes'] as const;
const listOf = (value: string | number | undefined): string[] =>
  String(value ?? '')
    .split(/[,，\s]+/)
    .filter((one) => one !== '');

/** What is asked of a new connection of a kind, beside what every kind has. */
function useFields(): (kind: OtherKind) => readonly Field[] {
  const manage = useManageText();
  const secret: Field = { name: 'secret', label: 'theirSecret', kind: 'secret' };
  const session: Field = { name: 'session', label: 'session', kind: 'secret' };
  return (kind) => {
    switch (kind) {
      case 'pos':
        return [];
      case 'tmall':
        return [secret, session];
      case 'distribution':
        return [
          { name: 'nick', label: 'sellerNick' },
          secret,
          { name: 'lookupPath', label: 'lookupPath', kind: 'optional', hint: 'lookupHint' },
          { name: 'retryCodes', label: 'retryCodes', kind: 'optional' },
          { name: 'failCodes', label: 'failCodes', kind: 'optional', value: '1001' },
        ];
      case 'till':
        return [
          secret,
          session,
          {
            name: 'treatAsPaid',
            label: 'treatAsPaid',
            kind: 'choice',
            options: NO_YES.map((value) => ({ value, label: manage(value) })),
            value: 'no',
          },
        ];
    }
  };
}

function bodyOf(kind: OtherKind, { retryCodes, failCodes, treatAsPaid, ...values }: Values) {
  if (kind === 'till') return { ...values, treatAsPaid: treatAsPaid === 'yes' };
  if (kind !== 'distribution') return values;
  return { ...values, retryCodes: listOf(retryCodes), failCodes: listOf(failCodes) };
}

const urlOf = (kind: OtherKind, ...path: readonly string[]): string =>
  ['/api/onboarding/connections', kind, ...path.map(encodeURIComponent)].join('/');

/** Our secret is made where it is kept and shown once; another one was made by the other side. */
const shownOnce = (kind: OtherKind) => (kind === 'pos' ? ({ secret: 'secret' } as const) : {});

function usePlans(kind: OtherKind): {
  create: (seller: string) => Plan;
  rotate: (row: ConnectionJson) => Plan;
} {
  const text = useText();
  const fieldsOf = useFields();
  const name = text(KIND_TEXTS[kind]);
  const hasSession = kind === 'tmall' || kind === 'till';
  return {
    create: (seller) => ({
      title: `${text('newConnection')}: ${name}`,
      url: urlOf(kind),
      fields: [
        { name: 'sellerId', label: 'sellerId', kind: 'name', value: seller },
        { name: 'url', label: 'address' },
        { name: 'appKey', label: 'ourKey', kind: 'name' },
        ...fieldsOf(kind),
      ],
      effects: [{ what: name, now: text('notConnected'), after: text('connected') }],
      bodyOf: (values) => bodyOf(kind, values),
      ...shownOnce(kind),
    }),
    rotate: ({ connection }) => ({
      title: `${text('rotate')}: ${name} ${connection.sellerId}`,
      url: urlOf(kind, connection.sellerId, 'rotate'),
      fields: [
        ...(kind === 'pos'
          ? []
          : ([{ name: 'secret', label: 'theirSecret', kind: 'secret' }] as const)),
        ...(hasSession
          ? ([{ name: 'session', label: 'newSession', kind: 'optionalSecret' }] as const)
          : []),
      ],
      effects: [{ what: text('secret'), now: text('valid'), after: text('replaced') }],
      warning: text(kind === 'pos' ? 'rotateOursWarning' : 'rotateTheirsWarning'),
      isDanger: true,
      bodyOf: (values) => values,
      ...shownOnce(kind),
    }),
  };
}

function Actions(props: { kind: OtherKind; row: ConnectionJson; onDone: () => void }) {
  const { kind, row, onDone } = props;
  const text = useText();
  const switched = useSwitchPlan();
  const { rotate } = usePlans(kind);
  const { sellerId } = row.connection;
  const onOff = switched({
    name: `${text(KIND_TEXTS[kind])} ${sellerId}`,
    url: urlOf(kind, sellerId, 'enable'),
    enabled: !row.pause,
    warning: text('pauseWarning'),
    asksWhy: true,
  });
  return (
    <Space>
      <Ask label={text('rotate')} plan={rotate(row)} onDone={onDone} />
      <Ask label={onOff.label} plan={onOff.plan} onDone={onDone} />
    </Space>
  );
}

/** Connections of one kind, by seller. */
function OfKind(props: { kind: OtherKind; seller: string; extra: ReactNode }) {
  const { kind, seller, extra } = props;
  const text = useText();
  const canAct = useSession().allSellers?.mayAct === true;
  const { asked, ask } = useAsked();
  const token = asked('connections');
  const answer = useRead<{ connections?: ConnectionJson[]; nextToken?: string }>(
    `${urlOf(kind)}?token=${encodeURIComponent(token)}`,
  );
  const { create } = usePlans(kind);
  const again = () => void answer.refetch();
  return (
    <Block
      title={text('connections')}
      of={answer}
      extra={
        canAct ? (
          <Ask isMain label={text('newConnection')} plan={create(seller)} onDone={again} />
        ) : null
      }
    >
      {({ connections = [], nextToken }) => (
        <>
          {extra}
          <DataTable<ConnectionJson>
            rowKey={({ connection }) => connection.sellerId}
            size="small"
            dataSource={connections}
            columns={[
              { title: text('sellerId'), render: (_, { connection }) => connection.sellerId },
              {
                title: text('address'),
                render: (_, { connection }) => connection.url || text('polls'),
              },
              { title: text('ourKey'), render: (_, { connection }) => connection.appKey },
              ...(kind === 'distribution'
                ? [
                    {
                      title: text('sellerNick'),
                      render: (_: unknown, { connection }: ConnectionJson) => connection.nick,
                    },
                  ]
                : []),
              {
                title: text('state'),
                render: (_, row) => <Paused isUsed={!row.pause} pause={row.pause} />,
              },
              {
                title: '',
                render: (_, row) =>
                  canAct ? <Actions kind={kind} row={row} onDone={again} /> : null,
              },
            ]}
          />
          <Pager
            token={token}
            nextToken={nextToken}
            onMove={(next) => ask({ connections: next })}
          />
        </>
      )}
    </Block>
  );
}

/** Sellers' connections to the systems that we call for them, a kind at a time. */
export function Connections({ seller }: { seller: string }) {
  const text = useText();
  const { asked, ask } = useAsked();
  const kind = KINDS.find((one) => one === asked('kind')) ?? '1688';
  const choice = (
    <Radio.Group
      optionType="button"
      aria-label={text('kind')}
      style={{ marginBottom: 16 }}
      value={kind}
      options={KINDS.map((value) => ({ value, label: text(KIND_TEXTS[value]) }))}
      onChange={({ target }) => ask({ kind: String(target.value), connections: '' })}
    />
  );
  if (kind === '1688') return <Platforms seller={seller} extra={choice} />;
  return <OfKind key={kind} kind={kind} seller={seller} extra={choice} />;
}
