import { Space } from 'antd';
import { sellerUrl } from '../api.ts';
import { DataTable } from '../manage/data-table.tsx';
import { useText as useManageText } from '../manage/texts.ts';
import { useAsked } from '../navigation.ts';
import { Block, Pager } from '../pages/shared.tsx';
import { useRead } from '../read.ts';
import { Ask } from './parts.tsx';
import { useCode, useText } from './texts.ts';

type ClerkJson = {
  login: string;
  name?: string;
  enabled?: boolean;
  grants?: { role: string; storeId: string }[];
};

/** Makes an account for one store, and shows its password once. */
function NewClerk({ seller, onDone }: { seller: string; onDone: () => void }) {
  const text = useText();
  const code = useCode();
  return (
    <Ask
      isMain
      label={text('newClerk')}
      onDone={onDone}
      plan={{
        title: text('newClerk'),
        url: sellerUrl(seller, ['clerks']),
        fields: [
          { name: 'login', label: 'login', kind: 'name' },
          { name: 'name', label: 'name' },
          { name: 'storeId', label: 'store', kind: 'name' },
          {
            name: 'role',
            label: 'role',
            kind: 'choice',
            options: ['CLERK', 'MANAGER'].map((value) => ({ value, label: code(value) })),
            value: 'CLERK',
          },
        ],
        bodyOf: (values) => values,
        secret: 'password',
      }}
    />
  );
}

/** What is done about an account that is there. */
function Actions(props: { seller: string; row: ClerkJson; onDone: () => void }) {
  const { seller, row, onDone } = props;
  const { login, enabled = false } = row;
  const text = useText();
  const manage = useManageText();
  return (
    <Space>
      <Ask
        label={text('newPassword')}
        onDone={onDone}
        plan={{
          title: `${text('newPassword')}: ${login}`,
          url: sellerUrl(seller, ['clerks', login, 'rotate']),
          effects: [{ what: text('password'), now: text('valid'), after: text('replaced') }],
          warning: text('passwordWarning'),
          isDanger: true,
          bodyOf: () => ({}),
          secret: 'password',
        }}
      />
      {enabled ? (
        <Ask
          label={manage('disable')}
          onDone={onDone}
          plan={{
            title: `${manage('disable')}: ${login}`,
            url: sellerUrl(seller, ['clerks', login, 'disable']),
            effects: [{ what: text('state'), now: manage('enabled'), after: manage('disabled') }],
            warning: text('disableClerkWarning'),
            isDanger: true,
            bodyOf: () => ({}),
          }}
        />
      ) : null}
    </Space>
  );
}

/** Who works in the stores of a seller. */
export function Clerks({ seller, canAct }: { seller: string; canAct: boolean }) {
  const text = useText();
  const code = useCode();
  const manage = useManageText();
  const { asked, ask } = useAsked();
  const token = asked('clerks');
  const answer = useRead<{ clerks?: ClerkJson[]; nextToken?: string }>(
    sellerUrl(seller, ['clerks'], { token }),
  );
  const again = () => void answer.refetch();
  return (
    <Block
      title={text('clerks')}
      of={answer}
      extra={canAct ? <NewClerk seller={seller} onDone={again} /> : null}
    >
      {({ clerks = [], nextToken }) => (
        <>
          <DataTable<ClerkJson>
            rowKey="login"
            size="small"
            dataSource={clerks}
            columns={[
              { title: text('login'), dataIndex: 'login' },
              { title: text('name'), dataIndex: 'name' },
              {
                title: text('store'),
                render: (_, { grants = [] }) => grants.map(({ storeId }) => storeId).join(', '),
              },
              {
                title: text('role'),
                render: (_, { grants = [] }) => grants.map(({ role }) => code(role)).join(', '),
              },
              {
                title: text('state'),
                render: (_, row) => manage(row.enabled ? 'enabled' : 'disabled'),
              },
              {
                title: '',
                render: (_, row) =>
                  canAct ? <Actions seller={seller} row={row} onDone={again} /> : null,
              },
            ]}
          />
          <Pager token={token} nextToken={nextToken} onMove={(next) => ask({ clerks: next })} />
        </>
      )}
    </Block>
  );
}
