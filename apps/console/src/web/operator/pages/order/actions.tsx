import { Alert, Button, Dropdown, Form, Input, Radio } from 'antd';
import { useState } from 'react';
import { Dialog } from '../../manage/dialog.tsx';
import { ApiError, post } from '../../../shared/api.ts';
import { sellerUrl } from '../../api.ts';
import type { OrderJson } from '../../api.ts';
import { useText } from '../../language.ts';
import { mayAct } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { useSession } from '../../session.ts';
import { Answer } from '../shared.tsx';
import { Coded } from './coded.tsx';
import { Plan } from './plan.tsx';
import type { PlanJson } from './plan.tsx';
import { isOrderText, useOrderText } from './texts.ts';
import type { OrderText } from './texts.ts';

export type ActionName = 'hold' | 'release' | 'reroute' | 'intercept' | 'retry' | 'close';

const HINTS: Readonly<Record<ActionName, OrderText>> = {
  hold: 'holdHint',
  release: 'releaseHint',
  reroute: 'rerouteHint',
  intercept: 'interceptHint',
  retry: 'retryHint',
  close: 'closeHint',
};

/** What each comes to when nothing else happens meanwhile. */
const WANTED: Readonly<Record<ActionName, string>> = {
  hold: 'HELD',
  release: 'RELEASED',
  reroute: 'REROUTED',
  intercept: 'INTERCEPTED',
  retry: 'RETRIED',
  close: 'CLOSED',
};

const FAILED = ['ALLOCATE_FAILED', 'UNFULFILLABLE'];
const OVER = ['SHIPPED', 'CLOSED'];
const REASON_MAX = 500;

/** The actions that make sense as the order stands; the router decides when they are done. */
export function actionsFor({ state, hold, lines = [] }: OrderJson): readonly ActionName[] {
  if (OVER.includes(state)) return [];
  const stands = lines.some((line) => line.state === 'ALLOCATED' || line.state === 'ACCEPTED');
  const isAccepted = lines.some((line) => line.state === 'ACCEPTED');
  return [
    ...(hold ? (['release'] as const) : (['hold'] as const)),
    ...(hold || isAccepted ? [] : (['reroute'] as const)),
    ...(stands ? (['intercept'] as const) : []),
    ...(FAILED.includes(state) && !hold ? (['retry'] as const) : []),
    ...(stands ? [] : (['close'] as const)),
  ];
}

/** A name for a wish: asked for again with it, nothing happens twice. */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');

type Where = { to: 'rules' | 'STORE' | 'WAREHOUSE'; id: string };

const placeOf = ({ to, id }: Where): string => (to === 'rules' ? '' : `${to}:${id.trim()}`);

function Target({ where, onChange }: { where: Where; onChange: (where: Where) => void }) {
  const text = useOrderText();
  return (
    <Form.Item label={text('whither')}>
      <Radio.Group
        value={where.to}
        onChange={({ target }) => onChange({ to: target.value as Where['to'], id: '' })}
        options={[
          { value: 'rules', label: text('byRules') },
          { value: 'STORE', label: text('namedStore') },
          { value: 'WAREHOUSE', label: text('namedWarehouse') },
        ]}
      />
      {where.to === 'rules' ? null : (
        <Input.Search
          style={{ marginTop: 8 }}
          aria-label={text('placeId')}
          placeholder={text('placeId')}
          defaultValue={where.id}
          enterButton={text('effect')}
          onSearch={(id) => onChange({ ...where, id })}
        />
      )}
    </Form.Item>
  );
}

/** How it came out: as it was wanted, or what in the world was faster. */
function Outcome({ name, outcome }: { name: ActionName; outcome: string }) {
  const text = useOrderText();
  const isWanted = outcome === WANTED[name];
  const isPending = outcome === 'PENDING';
  const type = isWanted ? 'success' : isPending ? 'info' : 'warning';
  return (
    <Alert
      type={type}
      showIcon
      title={text(isWanted ? 'asWanted' : isPending ? 'pending' : 'faster')}
      description={<Coded value={outcome} />}
      data-outcome={outcome}
    />
  );
}

/** Sends a wish, with one key for as long as the window is open. */
function useWish(order: OrderJson, name: ActionName, onDone: () => void) {
  const { csrf } = useSession();
  const [key] = useState(newKey);
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState('');
  const [code, setCode] = useState('');
  const { channel, sellerId, number } = order.orderRef;
  const url = (action: string) => sellerUrl(sellerId, ['orders', channel, number, action]);
  const send = async (reason: string, place: string): Promise<void> => {
    setBusy(true);
    setCode('');
    try {
      if (name === 'retry') {
        await post(url('retry'), {}, csrf);
        setOutcome(WANTED.retry);
      } else {
        const body = { action: name, key, reason, place };
        setOutcome((await post<{ outcome: string }>(url('act'), body, csrf)).outcome);
      }
    } catch (error) {
      setCode(error instanceof ApiError ? error.code : 'UNKNOWN');
    } finally {
      setBusy(false);
      onDone();
    }
  };
  return { busy, outcome, code, send };
}

type Props = { order: OrderJson; name: ActionName; onDone: () => void; onClose: () => void };

/** The window of one action: what it will change, why it is wanted, and how it came out. */
export function ActionWindow({ order, name, onDone, onClose }: Props) {
  const text = useOrderText();
  const common = useText();
  const { channel, sellerId, number } = order.orderRef;
  const [where, setWhere] = useState<Where>({ to: 'rules', id: '' });
  const [reason, setReason] = useState('');
  const { busy, outcome, code, send } = useWish(order, name, onDone);
  const place = placeOf(where);
  const isNamed = where.to === 'rules' || where.id.trim() !== '';
  const needsReason = name !== 'release' && name !== 'retry';
  const isReady = isNamed && (!needsReason || reason.trim() !== '');
  const path = ['orders', channel, number, 'plan'];
  const asked =
    isNamed && outcome === '' ? sellerUrl(sellerId, path, { action: name, place }) : null;
  const plan = useRead<{ plan: PlanJson }>(asked, PLAN_MS);
  const isPlanned = plan.data !== undefined && !plan.error;
  const refusal = plan.error && !plan.error.isAway ? plan.error.code : code;
  return (
    <Dialog
      open
      title={text(name)}
      okText={text(outcome === '' ? 'run' : 'shut')}
      cancelText={text('cancel')}
      confirmLoading={busy}
      okButtonProps={{
        disabled: outcome === '' && !(isReady && isPlanned),
        danger: name === 'close',
      }}
      onOk={() => (outcome === '' ? void send(reason.trim(), place) : onClose())}
      onCancel={onClose}
    >
      <p>{text(HINTS[name])}</p>
      {outcome === '' ? (
        <Form layout="vertical">
          {name === 'reroute' ? <Target where={where} onChange={setWhere} /> : null}
          {needsReason ? (
            <Form.Item label={text('reason')} required htmlFor="reason">
              <Input.TextArea
                id="reason"
                rows={2}
                maxLength={REASON_MAX}
                value={reason}
                onChange={({ target }) => setReason(target.value)}
              />
            </Form.Item>
          ) : null}
          {refusal === '' ? null : (
            <Alert
              type="error"
              showIcon
              title={text('impossible')}
              description={isOrderText(refusal) ? text(refusal) : common('UNKNOWN')}
            />
          )}
          {plan.error && !plan.error.isAway ? null : asked === null ? (
            text('placeMissing')
          ) : (
            <Answer of={plan}>{(found) => <Plan plan={found.plan} />}</Answer>
          )}
        </Form>
      ) : (
        <Outcome name={name} outcome={outcome} />
      )}
    </Dialog>
  );
}

/** A plan is made anew while the window is open, for the order may change meanwhile. */
const PLAN_MS = 5_000;

/** The menu of what an operator may do; nothing for who only reads. */
export function ActionMenu({ order, onDone }: { order: OrderJson; onDone: () => void }) {
  const text = useOrderText();
  const session = useSession();
  const [name, setName] = useState<ActionName | null>(null);
  if (!mayAct(session, order.orderRef.sellerId)) return null;
  const names = actionsFor(order);
  const stands = (order.lines ?? []).some(({ routedPlace }) => routedPlace?.id);
  const labelOf = (one: ActionName): OrderText => (one === 'reroute' && !stands ? 'route' : one);
  return (
    <>
      {names.length === 0 ? null : (
        <Dropdown
          trigger={['click']}
          menu={{
            items: names.map((one) => ({
              key: one,
              label: text(labelOf(one)),
              danger: one === 'close',
              onClick: () => setName(one),
            })),
          }}
        >
          <Button type="primary">{text('actions')} ▾</Button>
        </Dropdown>
      )}
      {name === null ? null : (
        <ActionWindow order={order} name={name} onDone={onDone} onClose={() => setName(null)} />
      )}
    </>
  );
}
