import { Alert, Button, Input, Popconfirm, Space } from 'antd';
import { useState } from 'react';
import { Dialog } from '../../manage/dialog.tsx';
import { ApiError, post } from '../../../shared/api.ts';
import { sellerUrl } from '../../api.ts';
import type { OrderJson } from '../../api.ts';
import { orderName, useSeller } from '../../navigation.ts';
import { queries } from '../../read.ts';
import { useSession } from '../../session.ts';
import { Outcomes } from '../outcomes.tsx';
import { isTextKey, useText } from './texts.ts';

type Outcome = { order: { channel: string; number: string }; code: string };
type Wish = { action: 'retry' } | { action: 'clear'; flag: string; note: string };

const FLAG = 'STOCK_REFUSED';

function ClearDialog(props: { onClose: () => void; onDone: (note: string) => void }) {
  const text = useText();
  const [note, setNote] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const { onClose, onDone } = props;
  return (
    <Dialog
      open
      title={text('clear')}
      okText={text('confirm')}
      onCancel={onClose}
      onOk={() => (note.trim() === '' ? setIsMissing(true) : onDone(note.trim()))}
    >
      <Input.TextArea
        aria-label={text('note')}
        placeholder={text('note')}
        maxLength={500}
        value={note}
        status={isMissing ? 'error' : ''}
        onChange={({ target }) => setNote(target.value)}
      />
      {isMissing ? <Alert type="error" title={text('noteMissing')} /> : null}
    </Dialog>
  );
}

/** What became of each order. */
function Results({ outcomes }: { outcomes: readonly Outcome[] }) {
  const text = useText();
  return (
    <Outcomes
      outcomes={outcomes.map(({ order, code }) => ({
        key: orderName(order),
        code,
        words: isTextKey(code) ? text(code) : code,
        ok: code === 'DONE',
      }))}
      texts={{
        all: text('allDone'),
        notAll: text('notAll'),
        what: text('trade'),
        outcome: text('results'),
      }}
    />
  );
}

/** What can be done about the chosen orders. Each has its own outcome, and all of them are shown. */
export function Bulk({ chosen, onDone }: { chosen: readonly OrderJson[]; onDone: () => void }) {
  const text = useText();
  const seller = useSeller();
  const { csrf } = useSession();
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const [isBusy, setIsBusy] = useState(false);
  const [isClearing, setIsClearing] = useState(false);
  const run = async (wish: Wish): Promise<void> => {
    const orders = chosen.map(({ orderRef: { channel, number } }) => ({ channel, number }));
    setIsBusy(true);
    setIsClearing(false);
    try {
      const url = sellerUrl(seller, ['orders', 'bulk']);
      const answer = await post<{ outcomes: Outcome[] }>(url, { ...wish, orders }, csrf);
      setOutcomes(answer.outcomes);
    } catch (error) {
      // Nothing is known of any of them.
      const code = error instanceof ApiError && !error.isAway ? error.code : 'SERVICE_UNAVAILABLE';
      setOutcomes(orders.map((order) => ({ order, code })));
    } finally {
      setIsBusy(false);
      void queries.invalidateQueries();
    }
  };
  const close = () => {
    setOutcomes([]);
    onDone();
  };
  const isNone = chosen.length === 0;
  return (
    <Space wrap className="bulk">
      <span>
        {text('chosen')} {chosen.length}
      </span>
      <Popconfirm
        title={text('retry')}
        description={text('retryAsked')}
        okText={text('confirm')}
        disabled={isNone}
        onConfirm={() => void run({ action: 'retry' })}
      >
        <Button disabled={isNone} loading={isBusy}>
          {text('retry')}
        </Button>
      </Popconfirm>
      <Button disabled={isNone} loading={isBusy} onClick={() => setIsClearing(true)}>
        {text('clear')}: {text(FLAG)}
      </Button>
      {isClearing ? (
        <ClearDialog
          onClose={() => setIsClearing(false)}
          onDone={(note) => void run({ action: 'clear', flag: FLAG, note })}
        />
      ) : null}
      <Dialog
        open={outcomes.length > 0}
        title={text('results')}
        footer={null}
        onCancel={close}
        destroyOnHidden
      >
        <Results outcomes={outcomes} />
      </Dialog>
    </Space>
  );
}
