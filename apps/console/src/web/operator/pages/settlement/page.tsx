import { sellerUrl } from '../../api.ts';
import { useSeller } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { Block } from '../shared.tsx';
import { Link } from 'react-router';
import { Credits } from './credits.tsx';
import { Matching } from './matching.tsx';
import { MallMoney, Notes, Payables } from './others.tsx';
import { Tabs, useListLink } from './parts.tsx';
import './settlement.css';
import { useText } from './texts.ts';
import type {
  CreditJson,
  MallCountJson,
  NotesCountJson,
  PayablesCountJson,
  ReceivablesCountJson,
} from './types.ts';

/** Sums over thousands of documents: they are not counted every two seconds. */
const REFRESH_MS = 30_000;
/** Of receivables only what has changed is summed, and the first time it takes a while. */
const SUMMED_REFRESH_MS = 5_000;

/** What of the money agrees with the other side, what does not and why, and what waits; each number opens its list. */
export function SettlementPage() {
  const text = useText();
  const seller = useSeller();
  const linkOf = useListLink();
  const at = (part: string) => sellerUrl(seller, ['settlement', 'overview', part]);
  const receivables = useRead<ReceivablesCountJson>(at('receivables'), SUMMED_REFRESH_MS);
  const notes = useRead<NotesCountJson>(at('notes'), REFRESH_MS);
  const mall = useRead<MallCountJson>(at('mall'), REFRESH_MS);
  const payables = useRead<PayablesCountJson>(at('payables'), REFRESH_MS);
  const credits = useRead<{ accounts?: CreditJson[]; nextToken?: string }>(
    sellerUrl(seller, ['settlement', 'credit']),
    REFRESH_MS,
  );
  return (
    <div className="settlement">
      <Tabs />
      <Block title={text('matching')} of={receivables}>
        {(of) => <Matching of={of} />}
      </Block>
      <Block title={text('notes')} of={notes}>
        {(of) => <Notes of={of} />}
      </Block>
      <Block title={text('accounts')} of={credits}>
        {({ accounts = [], nextToken }) => (
          <>
            <Credits accounts={accounts} />
            {nextToken ? <Link to={linkOf('credit')}>{text('credit')}</Link> : null}
          </>
        )}
      </Block>
      <Block title={text('mallMoney')} of={mall}>
        {(of) => <MallMoney of={of} />}
      </Block>
      <Block title={text('payables')} of={payables}>
        {(of) => <Payables of={of} />}
      </Block>
    </div>
  );
}
