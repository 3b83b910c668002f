import { Space } from 'antd';
import type { ReactNode } from 'react';
import { DataTable } from '../manage/data-table.tsx';
import { shanghai } from '../format.tsx';
import { useAsked } from '../navigation.ts';
import { Block, Pager } from '../pages/shared.tsx';
import { useRead } from '../read.ts';
import { useSession } from '../session.ts';
import { Ask, useSwitchPlan } from './parts.tsx';
import { Paused } from './paused.tsx';
import type { PauseJson } from './paused.tsx';
import { useText } from './texts.ts';

const URL = '/api/onboarding/connections/1688';
const GATEWAY_URL = 'https://gw.open.1688.com';
const OVERLAP_HOURS = 24;

type ConnectionJson = {
  connection: { sellerId: string; platform?: string; appKey?: string; memberId?: string };
  enabled?: boolean;
  previousSecretEndsAt?: string;
  accessTokenEndsAt?: string;
  refreshTokenEndsAt?: string;
  refused?: string;
  pause?: PauseJson;
};

const urlOf = (seller: string, action: string): string =>
  `${URL}/${encodeURIComponent(seller)}/${action}`;

/** Connects a seller; its secrets are the platform's, and are shown nowhere again. */
function NewConnection({ seller, onDone }: { seller: string; onDone: () => void }) {
  const text = useText();
  return (
    <Ask
      isMain
      label={text('newConnection')}
      onDone={onDone}
      plan={{
        title: text('newConnection'),
        url: URL,
        fields: [
          { name: 'sellerId', label: 'sellerId', kind: 'name', value: seller },
          { name: 'appKey', label: 'appKey', kind: 'name' },
          { name: 'gatewayUrl', label: 'gatewayUrl', value: GATEWAY_URL },
          { name: 'memberId', label: 'memberId' },
          { name: 'secret', label: 'secret', kind: 'secret' },
          { name: 'refreshToken', label: 'refreshToken', kind: 'secret' },
        ],
        warning: text('connectWarning'),
        bodyOf: (values) => values,
      }}
    />
  );
}

/** What is done about a connection that is there. */
function Actions({ row, onDone }: { row: ConnectionJson; onDone: () => void }) {
  const text = useText();
  const switched = useSwitchPlan();
  const { enabled = false } = row;
  const { sellerId } = row.connection;
  const onOff = switched({
    name: sellerId,
    url: urlOf(sellerId, 'enable'),
    enabled,
    warning: text('disableConnectionWarning'),
    asksWhy: true,
  });
  return (
    <Space>
      <Ask
        label={text('rotate')}
        onDone={onDone}
        plan={{
          title: `${text('rotate')}: ${sellerId}`,
          url: urlOf(sellerId, 'rotate'),
          fields: [
            { name: 'secret', label: 'newSecret', kind: 'secret' },
            { name: 'hours', label: 'overlap', kind: 'number', value: OVERLAP_HOURS },
          ],
          effects: [{ what: text('secret'), now: text('valid'), after: text('replaced') }],
          bodyOf: ({ secret, hours }) => ({ secret, overlapHours: hours }),
        }}
      />
      <Ask label={onOff.label} plan={onOff.plan} onDone={onDone} />
    </Space>
  );
}

/** Sellers' connections to 1688, which they supply, and how long their tokens are good. */
export function Platforms({ seller, extra }: { seller: string; extra: ReactNode }) {
  const text = useText();
  const canAct = useSession().allSellers?.mayAct === true;
  const { asked, ask } = useAsked();
  const token = asked('connections');
  const answer = useRead<{ connections?: ConnectionJson[]; nextToken?: string }>(
    `${URL}?token=${encodeURIComponent(token)}`,
  );
  const again = () => void answer.refetch();
  return (
    <Block
      title={text('connections')}
      of={answer}
      extra={canAct ? <NewConnection seller={seller} onDone={again} /> : null}
    >
      {({ connections = [], nextToken }) => (
        <>
          {extra}
          <DataTable<ConnectionJson>
            rowKey={({ connection }) => `${connection.sellerId}/${connection.platform}`}
            size="small"
            dataSource={connections}
            columns={[
              { title: text('sellerId'), render: (_, { connection }) => connection.sellerId },
              { title: text('appKey'), render: (_, { connection }) => connection.appKey },
              { title: text('memberId'), render: (_, { connection }) => connection.memberId },
              {
                title: text('state'),
                render: (_, row) => <Paused isUsed={row.enabled === true} pause={row.pause} />,
              },
              { title: text('accessEnds'), render: (_, row) => shanghai(row.accessTokenEndsAt) },
              { title: text('refreshEnds'), render: (_, row) => shanghai(row.refreshTokenEndsAt) },
              {
                title: text('formerUntil'),
                render: (_, row) => shanghai(row.previousSecretEndsAt),
              },
              { title: text('refused'), render: (_, row) => row.refused || '—' },
              {
                title: '',
                render: (_, row) => (canAct ? <Actions row={row} onDone={again} /> : null),
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
