import type { ReactNode } from 'react';
import { Link, NavLink } from 'react-router';
import { yuan } from '../../format.tsx';
import { pageOf, useSeller } from '../../navigation.ts';
import { useText } from './texts.ts';
import type { MoneyText } from './texts.ts';

/** The lists of settlement, in the order of the page. */
export const LISTS = [
  'receivables',
  'discrepancies',
  'notes',
  'unsettled',
  'credit',
  'transfers',
  'invoices',
  'payables',
] as const satisfies readonly MoneyText[];

/** The overview and its lists. */
export function Tabs() {
  const text = useText();
  const seller = useSeller();
  return (
    <div role="navigation" className="tabs" aria-label={text('settlement')}>
      <NavLink to={pageOf(seller, 'settlement')} end>
        {text('overview')}
      </NavLink>
      {LISTS.map((list) => (
        <NavLink key={list} to={pageOf(seller, 'settlement', list)}>
          {text(list)}
        </NavLink>
      ))}
    </div>
  );
}

/** Where a number leads: its list, with what it counts. */
export function useListLink(): (list: string, asked?: Readonly<Record<string, string>>) => string {
  const seller = useSeller();
  return (list, asked = {}) => {
    const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== ''));
    return `${pageOf(seller, 'settlement', list)}${query.size === 0 ? '' : `?${query}`}`;
  };
}

/** A count that opens its list, with what it comes to; `atLeast` where there are more than were counted. */
export function Counted(props: {
  count: number;
  to: string;
  label: string;
  atLeast?: boolean;
  children?: ReactNode;
}) {
  const { count, to, label, atLeast = false, children } = props;
  const text = useText();
  return (
    <>
      <Link
        to={to}
        className={count === 0 ? 'nothing' : 'waiting'}
        aria-label={`${label} ${count}${atLeast ? '+' : ''}`}
      >
        {count.toLocaleString('en-US')}
        {atLeast ? '+' : ''}
      </Link>
      {children === undefined ? null : (
        <div className="sum">
          {atLeast ? `${text('atLeast')} ` : ''}
          {children}
        </div>
      )}
    </>
  );
}

/** An amount that may not be known, which is no zero. */
export function Amount({ fen }: { fen: string | undefined }) {
  const text = useText();
  if (fen === undefined) return <span className="unknown">{text('notSaid')}</span>;
  return <>{yuan(fen)}</>;
}
