import { Button, Select, Space, Tag } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { sellerUrl } from '../api.ts';
import { DataTable } from '../manage/data-table.tsx';
import { pieces, shanghai, yuan } from '../format.tsx';
import { AskFirst, useChange } from '../manage/change.tsx';
import { mayAct, pageOf, useAsked, useSeller } from '../navigation.ts';
import { Block, Pager } from '../pages/shared.tsx';
import { useRead } from '../read.ts';
import { useSession } from '../session.ts';
import type { MallOrderJson, MallSettingsJson } from './json.ts';
import { SettingsForm } from './settings-form.tsx';
import { Subpages } from './subpages.tsx';
import { useCode, useRefusals, useText } from './texts.ts';

const STATES = [
  'PRE_ORDERED',
  'CONFIRMED',
  'SHIPPED',
  'COMPLETED',
  'REJECTED',
  'CANCELLED',
  'EXPIRED',
  'REFUSED',
  'DRAFT',
] as const;

const COLORS: Readonly<Record<string, string>> = {
  PRE_ORDERED: 'gold',
  CONFIRMED: 'blue',
  SHIPPED: 'cyan',
  COMPLETED: 'green',
  REFUSED: 'red',
  REJECTED: 'red',
};

export function MallState({ value }: { value: string | undefined }) {
  const code = useCode();
  return <Tag color={COLORS[value ?? ''] ?? 'default'}>{code(value)}</Tag>;
}

/** When a pre-order ends by itself; what is no pre-order any more does not. */
export function Expiry({ order }: { order: MallOrderJson }) {
  const text = useText();
  if (order.state !== 'PRE_ORDERED') return <>—</>;
  return <>{order.expiresAt === undefined ? text('never') : shanghai(order.expiresAt)}</>;
}

const MS_PER_MINUTE = 60_000;
const minutes = (ms: string | undefined): number => Number(ms ?? 0) / MS_PER_MINUTE;

/** How long pre-orders hold, when people are told, and what one purchaser may hold. */
function Settings({ seller }: { seller: string }) {
  const text = useText();
  const refusals = useRefusals();
  const session = useSession();
  const url = sellerUrl(seller, ['mall', 'settings']);
  const answer = useRead<{ settings: MallSettingsJson }>(url);
  const { busy, change } = useChange(refusals, () => void answer.refetch());
  const [isAsking, setIsAsking] = useState(false);
  const edit = mayAct(session, seller) ? (
    <Button onClick={() => setIsAsking(true)}>{text('change')}</Button>
  ) : null;
  return (
    <Block title={text('settings')} of={answer} extra={edit}>
      {({ settings }) => {
        const values = {
          holdMinutes: minutes(settings.preorderTtlMs),
          alertMinutes: minutes(settings.alertAfterMs),
          mostPieces: Number(settings.heldPerPurchaserMilli ?? 0) / 1_000,
        };
        const names = ['holdMinutes', 'alertMinutes', 'mostPieces'] as const;
        return (
          <>
            <Space wrap size="large">
              {names.map((name) => (
                <span key={name}>
                  {text(name)}: <b>{values[name]}</b>
                </span>
              ))}
            </Space>
            {isAsking ? (
              <SettingsForm
                values={values}
                busy={busy}
                onCancel={() => setIsAsking(false)}
                onSend={(next) =>
                  void (async () => {
                    if (await change(url, next)) setIsAsking(false);
                  })()
                }
              />
            ) : null}
          </>
        );
      }}
    </Block>
  );
}

/** Gives up a pre-order that the mall neither confirms nor cancels. */
export function ExpireNow({ order, onDone }: { order: MallOrderJson; onDone: () => void }) {
  const text = useText();
  const code = useCode();
  const session = useSession();
  const refusals = useRefusals();
  const { busy, change } = useChange(refusals, onDone);
  const [isAsking, setIsAsking] = useState(false);
  const { sellerId, number } = order.orderRef;
  if (order.state !== 'PRE_ORDERED' || !mayAct(session, sellerId)) return null;
  const held = (order.lines ?? []).reduce((sum, line) => sum + BigInt(line.quantityMilli ?? 0), 0n);
  const send = async () => {
    await change(sellerUrl(sellerId, ['mall', 'orders', number, 'expire']), {});
    setIsAsking(false);
  };
  return (
    <>
      <Button danger onClick={() => setIsAsking(true)}>
        {text('expire')}
      </Button>
      {isAsking ? (
        <AskFirst
          title={`${text('expire')}: ${number}`}
          effects={[
            { what: text('state'), now: code('PRE_ORDERED'), after: code('EXPIRED') },
            { what: text('heldPieces'), now: pieces(String(held)), after: '0' },
          ]}
          warning={text('expireWarning')}
          isDanger
          busy={busy}
          onOk={() => void send()}
          onCancel={() => setIsAsking(false)}
        />
      ) : null}
    </>
  );
}

/** A seller's orders of government malls, newest first. */
export function MallOrdersPage() {
  const text = useText();
  const code = useCode();
  const seller = useSeller();
  const { asked, ask } = useAsked();
  const [state, token] = [asked('state'), asked('token')];
  const answer = useRead<{ orders?: MallOrderJson[]; nextToken?: string }>(
    sellerUrl(seller, ['mall', 'orders'], { state, token }),
  );
  return (
    <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
      <Subpages />
      <Settings seller={seller} />
      <Block
        title={text('orders')}
        of={answer}
        extra={
          <Select
            aria-label={text('state')}
            className="filter"
            value={state}
            onChange={(next) => ask({ state: next, token: '' })}
            options={[
              { value: '', label: text('allStates') },
              ...STATES.map((value) => ({ value, label: code(value) })),
            ]}
          />
        }
      >
        {({ orders = [], nextToken }) => (
          <>
            <DataTable<MallOrderJson>
              rowKey={(row) => row.orderRef.number}
              dataSource={orders}
              columns={[
                {
                  title: text('number'),
                  render: (_, { orderRef }) => (
                    <Link to={pageOf(seller, 'mall', 'orders', orderRef.number)}>
                      {orderRef.number}
                    </Link>
                  ),
                },
                { title: text('mallNumber'), dataIndex: 'mallOrderNo' },
                { title: text('account'), dataIndex: 'account' },
                { title: text('state'), render: (_, row) => <MallState value={row.state} /> },
                { title: text('why'), render: (_, row) => code(row.code) },
                { title: text('purchaser'), dataIndex: 'purchaser' },
                { title: text('amount'), render: (_, row) => yuan(row.totalFen) },
                { title: text('preorderedAt'), render: (_, row) => shanghai(row.preorderedAt) },
                { title: text('expiresAt'), render: (_, row) => <Expiry order={row} /> },
              ]}
            />
            <Pager token={token} nextToken={nextToken} onMove={(next) => ask({ token: next })} />
          </>
        )}
      </Block>
    </Space>
  );
}
