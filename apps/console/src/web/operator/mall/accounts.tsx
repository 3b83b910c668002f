import { Button, Space } from 'antd';
import type { TableColumnsType } from 'antd';
import { useState } from 'react';
import { sellerUrl } from '../api.ts';
import { DataTable } from '../manage/data-table.tsx';
import { AskFirst, ShownOnce, useChange } from '../manage/change.tsx';
import { useText as useManageText } from '../manage/texts.ts';
import { mayAct, useAsked, useSeller } from '../navigation.ts';
import { Block, Pager } from '../pages/shared.tsx';
import { useRead } from '../read.ts';
import { useSession } from '../session.ts';
import { NewAccount } from './account-form.tsx';
import type { MallAccountJson } from './json.ts';
import { Subpages } from './subpages.tsx';
import { useRefusals, useText } from './texts.ts';
import { Tokens } from './tokens.tsx';

type Secret = { username: string; password: string };
type Asking = { kind: 'new' } | { kind: 'rotate' | 'enable'; account: MallAccountJson };

/** What is being asked about an account, before it is sent. */
function Question(props: {
  asking: Asking;
  seller: string;
  onDone: () => void;
  onSecret: (secret: Secret) => void;
  onClose: () => void;
}) {
  const { asking, seller, onDone, onSecret, onClose } = props;
  const text = useText();
  const manage = useManageText();
  const refusals = useRefusals();
  const { busy, change } = useChange(refusals, onDone);
  const url = (...path: string[]) => sellerUrl(seller, ['mall', 'accounts', ...path]);
  const sendForSecret = async (address: string, body: object) => {
    const secret = await change<Secret>(address, body);
    if (!secret) return;
    onClose();
    onSecret(secret);
  };
  if (asking.kind === 'new') {
    return (
      <NewAccount
        busy={busy}
        onCancel={onClose}
        onSend={(account) => void sendForSecret(url(), account)}
      />
    );
  }
  const { account } = asking;
  const { username, enabled = false } = account;
  if (asking.kind === 'rotate') {
    return (
      <AskFirst
        title={`${text('rotate')}: ${username}`}
        effects={[{ what: text('password'), now: text('valid'), after: text('revoked') }]}
        warning={text('rotateWarning')}
        isDanger
        busy={busy}
        onOk={() => void sendForSecret(url(username, 'rotate'), {})}
        onCancel={onClose}
      />
    );
  }
  const named = (is: boolean) => manage(is ? 'enabled' : 'disabled');
  const send = async () => {
    if (await change(url(username, 'enable'), { enabled: !enabled })) onClose();
  };
  return (
    <AskFirst
      title={`${manage(enabled ? 'disable' : 'enable')}: ${username}`}
      effects={[{ what: text('account'), now: named(enabled), after: named(!enabled) }]}
      {...(enabled && { warning: text('disableWarning'), isDanger: true })}
      busy={busy}
      onOk={() => void send()}
      onCancel={onClose}
    />
  );
}

/** What is shown of an account, and what may be asked about it. */
function useColumns() {
  const text = useText();
  const manage = useManageText();
  return (
    canAct: boolean,
    setAsking: (asking: Asking) => void,
  ): TableColumnsType<MallAccountJson> => [
    { title: text('username'), dataIndex: 'username' },
    {
      title: text('state'),
      render: (_, { enabled = false }) => manage(enabled ? 'enabled' : 'disabled'),
    },
    { title: text('mallName'), render: (_, row) => row.mallName || '—' },
    { title: text('agreementNo'), render: (_, row) => row.agreementNo || '—' },
    {
      title: text('pools'),
      render: (_, { poolIds = [] }) => poolIds.join(', ') || text('allPools'),
    },
    {
      title: text('moneyAsText'),
      render: (_, row) => manage(row.moneyAsText ? 'yes' : 'no'),
    },
    {
      title: '',
      render: (_, account) =>
        canAct ? (
          <Space>
            <Button onClick={() => setAsking({ kind: 'rotate', account })}>{text('rotate')}</Button>
            <Button
              danger={account.enabled ?? false}
              onClick={() => setAsking({ kind: 'enable', account })}
            >
              {manage(account.enabled ? 'disable' : 'enable')}
            </Button>
          </Space>
        ) : null,
    },
  ];
}

/** Who of the malls may call for a seller, and with which tokens. */
export function MallAccountsPage() {
  const text = useText();
  const columnsOf = useColumns();
  const seller = useSeller();
  const session = useSession();
  const { asked, ask } = useAsked();
  const [token, open] = [asked('token'), asked('account')];
  const [asking, setAsking] = useState<Asking | null>(null);
  const [secret, setSecret] = useState<Secret | null>(null);
  const answer = useRead<{ accounts?: MallAccountJson[]; nextToken?: string }>(
    sellerUrl(seller, ['mall', 'accounts'], { token }),
  );
  const canAct = mayAct(session, seller);
  const create = (
    <Button type="primary" onClick={() => setAsking({ kind: 'new' })}>
      {text('newAccount')}
    </Button>
  );
  return (
    <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
      <Subpages />
      <Block title={text('accounts')} of={answer} extra={canAct ? create : null}>
        {({ accounts = [], nextToken }) => (
          <>
            <DataTable<MallAccountJson>
              rowKey="username"
              dataSource={accounts}
              expandable={{
                expandedRowKeys: open === '' ? [] : [open],
                onExpand: (isOpen, { username }) => ask({ account: isOpen ? username : '' }),
                expandedRowRender: ({ username }) => <Tokens seller={seller} account={username} />,
              }}
              columns={columnsOf(canAct, setAsking)}
            />
            <Pager token={token} nextToken={nextToken} onMove={(next) => ask({ token: next })} />
          </>
        )}
      </Block>
      {asking ? (
        <Question
          asking={asking}
          seller={seller}
          onDone={() => void answer.refetch()}
          onSecret={setSecret}
          onClose={() => setAsking(null)}
        />
      ) : null}
      {secret ? (
        <ShownOnce
          title={`${text('account')}: ${secret.username}`}
          values={[{ label: text('password'), value: secret.password }]}
          onClose={() => setSecret(null)}
        />
      ) : null}
    </Space>
  );
}
