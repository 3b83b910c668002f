import { Button, Space } from 'antd';
import { useState } from 'react';
import { sellerUrl } from '../../api.ts';
import { AskFirst, useChange } from '../../manage/change.tsx';
import { mayAct } from '../../navigation.ts';
import { useSession } from '../../session.ts';
import { Coded, PlaceOr } from './coded.tsx';
import { isOrderText, useOrderText } from './texts.ts';
import type { OrderText } from './texts.ts';
import type { RefundJson } from './timeline.ts';

/** Which order refunds are of. */
export type Named = {
  readonly seller: string;
  readonly channel: string;
  readonly number: string;
};

type AnswerName = 'confirm' | 'denied' | 'matched';

/** What an operator may say of goods that are waited for, by how the refund stands. */
const BY_STATE: Readonly<Record<string, readonly AnswerName[]>> = {
  WAITING_STORE: ['confirm', 'denied'],
  WAITING_RETURN: ['matched'],
};

type Words = { readonly label: OrderText; readonly hint: OrderText; readonly after: string };
const WORDS: Readonly<Record<AnswerName, Words>> = {
  confirm: { label: 'onShelf', hint: 'onShelfHint', after: 'AGREED' },
  denied: { label: 'goodsOut', hint: 'goodsOutHint', after: 'DENIED' },
  matched: { label: 'goodsBack', hint: 'goodsBackHint', after: 'RETURNED' },
};

type Asking = { of: Named; refund: RefundJson; onDone: () => void };

/** Says what the answer comes to, and sends it. */
function AnswerWindow(props: Asking & { name: AnswerName; onClose: () => void }) {
  const { of, refund, name, onDone, onClose } = props;
  const text = useOrderText();
  const { busy, change } = useChange(
    (code) => (isOrderText(code) ? text(code) : undefined),
    onDone,
  );
  const { label, hint, after } = WORDS[name];
  const url = sellerUrl(of.seller, ['orders', of.channel, of.number, 'refunds', 'answer']);
  const send = async (): Promise<void> => {
    if (await change(url, { answer: name, subOrderIds: [refund.subOrderId] })) onClose();
  };
  return (
    <AskFirst
      title={`${text(label)}: ${refund.subOrderId}`}
      effects={[
        {
          what: text('refunds'),
          now: <Coded value={refund.state} />,
          after: <Coded value={after} />,
        },
      ]}
      warning={text(hint)}
      busy={busy}
      onOk={() => void send()}
      onCancel={onClose}
    >
      <p>
        {text('place')}: <PlaceOr value={refund.place} none="—" />
      </p>
    </AskFirst>
  );
}

/** Answers for the place that has the goods; nothing where none is waited for, or for who only reads. */
export function RefundAnswers({ of, refund, onDone }: Asking) {
  const text = useOrderText();
  const session = useSession();
  const [name, setName] = useState<AnswerName | null>(null);
  const names = refund.place === undefined ? [] : (BY_STATE[refund.state ?? ''] ?? []);
  if (!mayAct(session, of.seller)) return null;
  return (
    <Space wrap>
      {names.map((one) => (
        <Button
          key={one}
          size="small"
          aria-label={`${text(WORDS[one].label)} ${refund.subOrderId}`}
          onClick={() => setName(one)}
        >
          {text(WORDS[one].label)}
        </Button>
      ))}
      {name === null ? null : (
        <AnswerWindow
          of={of}
          refund={refund}
          name={name}
          onDone={onDone}
          onClose={() => setName(null)}
        />
      )}
    </Space>
  );
}
