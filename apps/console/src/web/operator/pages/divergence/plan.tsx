import { Alert, Button, Input, Space } from 'antd';
import { useState } from 'react';
import { ApiError, post } from '../../../shared/api.ts';
import { sellerUrl } from '../../api.ts';
import { useSeller } from '../../navigation.ts';
import { AskFirst } from '../../manage/change.tsx';
import type { Effect } from '../../manage/change.tsx';
import { Dialog } from '../../manage/dialog.tsx';
import { queries } from '../../read.ts';
import { useSession } from '../../session.ts';
import { Outcomes } from '../outcomes.tsx';
import { isTextKey, useText } from './texts.ts';
import type { ItemJson, OutcomeJson } from './types.ts';

/** As many as one request takes. */
export const ITEMS_MAX = 50;
const REASON_MAX = 200;

/** Items that somebody chose, with what each will change. */
export type Plan = { items: readonly ItemJson[]; effects: readonly Effect[] };

const keyOfItem = (item: ItemJson): string =>
  item.what === 'RELEASE' ? item.holdRef : `${item.goodsId} ${item.place}`;

/** A button that shows what chosen items would change, asks why, and tells what became of each. */
export function Carry(props: {
  label: string;
  warning: string;
  plan: Plan;
  /** Chooses all of the page that can be; undefined where nothing can. */
  onAll: (() => void) | undefined;
  onDone: () => void;
}) {
  const { label, warning, plan, onAll, onDone } = props;
  const text = useText();
  const [isAsking, setIsAsking] = useState(false);
  const isNone = plan.items.length === 0;
  return (
    <Space wrap>
      <Button disabled={!onAll} onClick={onAll}>
        {text('chooseAll')}
      </Button>
      <span>
        {text('chosen')} {plan.items.length}
      </span>
      <Button disabled={isNone} onClick={() => setIsAsking(true)}>
        {label}
      </Button>
      {isAsking ? (
        <Asked
          label={label}
          warning={warning}
          plan={plan}
          onClose={() => {
            setIsAsking(false);
            onDone();
          }}
        />
      ) : null}
    </Space>
  );
}

function Asked(props: { label: string; warning: string; plan: Plan; onClose: () => void }) {
  const { label, warning, plan, onClose } = props;
  const text = useText();
  const seller = useSeller();
  const { csrf } = useSession();
  // One key for the window: the same plan sent twice is done once.
  const [key] = useState(() => crypto.randomUUID().replaceAll('-', ''));
  const [planned] = useState(plan);
  const [reason, setReason] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [outcomes, setOutcomes] = useState<readonly OutcomeJson[] | null>(null);
  const send = async (): Promise<void> => {
    if (reason.trim() === '') {
      setIsMissing(true);
      return;
    }
    setBusy(true);
    try {
      const url = sellerUrl(seller, ['divergence', 'adjust']);
      const body = { key, reason: reason.trim(), items: planned.items };
      setOutcomes((await post<{ outcomes: OutcomeJson[] }>(url, body, csrf)).outcomes);
    } catch (error) {
      // Nothing is known of any of them.
      const outcome =
        error instanceof ApiError && !error.isAway ? error.code : 'SERVICE_UNAVAILABLE';
      setOutcomes(planned.items.map((item) => ({ key: keyOfItem(item), outcome, ok: false })));
    } finally {
      setBusy(false);
      void queries.invalidateQueries();
    }
  };
  if (outcomes) {
    return (
      <Dialog open title={text('results')} footer={null} onCancel={onClose}>
        <Outcomes
          outcomes={outcomes.map(({ key: of, outcome, ok }) => ({
            key: of,
            code: outcome,
            words: isTextKey(outcome) ? text(outcome) : outcome,
            ok,
          }))}
          texts={{
            all: text('allDone'),
            notAll: text('notAll'),
            what: text('what'),
            outcome: text('outcome'),
          }}
        />
      </Dialog>
    );
  }
  return (
    <AskFirst
      title={label}
      effects={planned.effects}
      warning={warning}
      busy={busy}
      onOk={() => void send()}
      onCancel={onClose}
    >
      <Input
        aria-label={text('reason')}
        placeholder={text('reason')}
        maxLength={REASON_MAX}
        value={reason}
        status={isMissing ? 'error' : ''}
        onChange={({ target }) => {
          setReason(target.value);
          setIsMissing(false);
        }}
      />
      {isMissing ? <Alert type="error" title={text('reasonMissing')} /> : null}
    </AskFirst>
  );
}
