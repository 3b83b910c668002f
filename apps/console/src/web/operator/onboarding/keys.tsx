import { Space } from 'antd';
import { DataTable } from '../manage/data-table.tsx';
import { shanghai } from '../format.tsx';
import { useText as useManageText } from '../manage/texts.ts';
import { useAsked } from '../navigation.ts';
import { Block, Pager } from '../pages/shared.tsx';
import { useRead } from '../read.ts';
import { useSession } from '../session.ts';
import { Ask, useSwitchPlan } from './parts.tsx';
import { useCode, useText } from './texts.ts';

const URL = '/api/onboarding/keys';
const ROLES = ['pos', 'erp', 'isv', 'tmall'];
const OVERLAP_HOURS = 24;

type KeyJson = {
  appKey: string;
  sellerIds?: string[];
  enabled?: boolean;
  role?: string;
  ratePerSecond?: number;
  formerSecretUntil?: string;
};

const keyUrl = (key: string, action: string): string =>
  `${URL}/${encodeURIComponent(key)}/${action}`;

/** Makes a key for a seller, and shows its secret once. */
function NewKey({ seller, onDone }: { seller: string; onDone: () => void }) {
  const text = useText();
  const code = useCode();
  return (
    <Ask
      isMain
      label={text('newKey')}
      onDone={onDone}
      plan={{
        title: text('newKey'),
        url: URL,
        fields: [
          { name: 'appKey', label: 'appKey', kind: 'name' },
          { name: 'sellers', label: 'sellerIds', value: seller },
          {
            name: 'role',
            label: 'role',
            kind: 'choice',
            options: ROLES.map((value) => ({ value, label: code(value) })),
            value: 'pos',
          },
          { name: 'ratePerSecond', label: 'rate', kind: 'number', value: 0 },
        ],
        bodyOf: ({ sellers, ...key }) => ({
          ...key,
          sellerIds: String(sellers)
            .split(/[,，\s]+/)
            .filter((id) => id !== ''),
        }),
        secret: 'secret',
      }}
    />
  );
}

/** What is done about a key that is there. */
function Actions({ row, onDone }: { row: KeyJson; onDone: () => void }) {
  const text = useText();
  const switched = useSwitchPlan();
  const { appKey, enabled = false } = row;
  const onOff = switched({
    name: appKey,
    url: keyUrl(appKey, 'enable'),
    enabled,
    warning: text('disableKeyWarning'),
  });
  return (
    <Space>
      <Ask
        label={text('rotate')}
        onDone={onDone}
        plan={{
          title: `${text('rotate')}: ${appKey}`,
          url: keyUrl(appKey, 'rotate'),
          fields: [{ name: 'hours', label: 'overlap', kind: 'number', value: OVERLAP_HOURS }],
          effects: [{ what: text('secret'), now: text('valid'), after: text('replaced') }],
          warning: text('rotateWarning'),
          bodyOf: ({ hours }) => ({ overlapHours: hours }),
          secret: 'secret',
        }}
      />
      <Ask label={onOff.label} plan={onOff.plan} onDone={onDone} />
    </Space>
  );
}

/** The keys that may act for a seller, without secrets. */
export function Keys({ seller }: { seller: string }) {
  const text = useText();
  const code = useCode();
  const manage = useManageText();
  const canAct = useSession().allSellers?.mayAct === true;
  const { asked, ask } = useAsked();
  const token = asked('keys');
  const answer = useRead<{ appKeys?: KeyJson[]; nextToken?: string }>(
    `${URL}?seller=${encodeURIComponent(seller)}&token=${encodeURIComponent(token)}`,
  );
  const again = () => void answer.refetch();
  return (
    <Block
      title={text('keys')}
      of={answer}
      extra={canAct ? <NewKey seller={seller} onDone={again} /> : null}
    >
      {({ appKeys = [], nextToken }) => (
        <>
          <DataTable<KeyJson>
            rowKey="appKey"
            size="small"
            dataSource={appKeys}
            columns={[
              { title: text('appKey'), dataIndex: 'appKey' },
              { title: text('sellers'), render: (_, row) => (row.sellerIds ?? []).join(', ') },
              { title: text('role'), render: (_, row) => code(row.role) },
              {
                title: text('state'),
                render: (_, row) => manage(row.enabled ? 'enabled' : 'disabled'),
              },
              { title: text('formerUntil'), render: (_, row) => shanghai(row.formerSecretUntil) },
              {
                title: '',
                render: (_, row) => (canAct ? <Actions row={row} onDone={again} /> : null),
              },
            ]}
          />
          <Pager token={token} nextToken={nextToken} onMove={(next) => ask({ keys: next })} />
        </>
      )}
    </Block>
  );
}
