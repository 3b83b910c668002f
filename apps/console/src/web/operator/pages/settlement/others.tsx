import { Alert, Space, Statistic } from 'antd';
import { yuan } from '../../format.tsx';
import { DataTable } from '../../manage/data-table.tsx';
import { noteShare, percent } from './money.ts';
import { Amount, Counted, useListLink } from './parts.tsx';
import { useCode, useText } from './texts.ts';
import type { MallCountJson, NotesCountJson, PayablesCountJson } from './types.ts';

const REASON_IN_WORDS: Readonly<Record<string, string>> = { TOTAL: 'noteTOTAL' };

/** Why a note differs, in words. */
export function useNoteReason(): (kind: string) => string {
  const code = useCode();
  return (kind) => code(REASON_IN_WORDS[kind] ?? kind);
}

/** Settlement notes of buyers: how many agree, and why the others do not. */
export function Notes({ of }: { of: NotesCountJson }) {
  const text = useText();
  const code = useCode();
  const reasonOf = useNoteReason();
  const linkOf = useListLink();
  const { counts = [], reasons = [], mismatchedYuan = '0', isMore = false } = of;
  const { unsettled = 0, unsettledYuan = '0', isMoreUnsettled = false } = of;
  const { unsettledNotCounted = 0 } = of;
  const { matched, all } = noteShare(counts);
  const share = percent(matched, all);
  return (
    <Space orientation="vertical" size="large" style={{ width: '100%' }}>
      <Space size="large" wrap>
        <Statistic
          title={text('noteShare')}
          value={share ?? '—'}
          suffix={<small>{share === null ? text('noNotes') : `${matched} / ${all}`}</small>}
        />
        <Statistic
          title={text('mismatchedTotal')}
          value={mismatchedYuan}
          prefix={isMore ? <small>{text('atLeast')}</small> : null}
        />
      </Space>
      <div className="states">
        {counts.map(({ state, count = 0 }) => (
          <div key={state}>
            <div>{code(state)}</div>
            <Counted count={count} to={linkOf('notes', { state })} label={code(state)} />
          </div>
        ))}
        <div>
          <div>{text('unsettled')}</div>
          <Counted
            count={unsettled}
            atLeast={isMoreUnsettled}
            to={linkOf('unsettled')}
            label={text('unsettled')}
          >
            {unsettledYuan}
          </Counted>
        </div>
      </div>
      {unsettledNotCounted > 0 ? (
        <Alert type="info" showIcon title={`${unsettledNotCounted} ${text('notCounted')}`} />
      ) : null}
      {reasons.length === 0 ? null : (
        <section aria-label={text('noteReasons')}>
          <h3>{text('noteReasons')}</h3>
          <DataTable<(typeof reasons)[number]>
            rowKey="kind"
            dataSource={reasons}
            columns={[
              { title: text('reason'), render: (_, { kind }) => reasonOf(kind) },
              {
                title: text('count'),
                render: (_, { kind, count = 0 }) => (
                  <Counted
                    count={count}
                    atLeast={isMore}
                    to={linkOf('notes', { reason: kind })}
                    label={reasonOf(kind)}
                  />
                ),
              },
              { title: text('difference'), dataIndex: 'differenceYuan' },
            ]}
          />
        </section>
      )}
    </Space>
  );
}

/** What purchasers say that they have paid, and the invoices of their orders. */
export function MallMoney({ of }: { of: MallCountJson }) {
  const text = useText();
  const code = useCode();
  const linkOf = useListLink();
  const { transfers = [], invoices = [], notCounted = 0 } = of;
  return (
    <Space orientation="vertical" size="large" style={{ width: '100%' }}>
      <section aria-label={text('transfers')}>
        <h3>{text('transfers')}</h3>
        <div className="states">
          {transfers.map(({ state, count = 0, amountFen, isMore = false }) => (
            <div key={state}>
              <div>{code(state)}</div>
              <Counted
                count={count}
                atLeast={isMore}
                to={linkOf('transfers', { state })}
                label={code(state)}
              >
                {amountFen === undefined ? undefined : yuan(amountFen)}
              </Counted>
            </div>
          ))}
        </div>
      </section>
      <section aria-label={text('invoices')}>
        <h3>{text('invoices')}</h3>
        <div className="states">
          {invoices.map(({ colour, state, count = 0 }) => (
            <div key={`${colour}/${state}`}>
              <div>
                {code(colour)} · {code(state)}
              </div>
              <Counted
                count={count}
                to={linkOf('invoices', { colour, state })}
                label={`${code(colour)} ${code(state)}`}
              />
            </div>
          ))}
        </div>
      </section>
      {notCounted > 0 ? (
        <Alert type="info" showIcon title={`${notCounted} ${text('notCounted')}`} />
      ) : null}
    </Space>
  );
}

/** What suppliers ask for. */
export function Payables({ of }: { of: PayablesCountJson }) {
  const text = useText();
  const code = useCode();
  const linkOf = useListLink();
  return (
    <DataTable<NonNullable<PayablesCountJson['counts']>[number]>
      rowKey="kind"
      dataSource={of.counts ?? []}
      columns={[
        { title: text('kind'), render: (_, { kind }) => code(kind) },
        {
          title: text('count'),
          render: (_, { kind, count = 0 }) => (
            <Counted count={count} to={linkOf('payables', { kind })} label={code(kind)} />
          ),
        },
        {
          title: text('beyond'),
          render: (_, { kind, differenceFen, isMore = false }) => {
            if (kind === 'AGREED') return '—';
            return (
              <>
                {isMore ? `${text('atLeast')} ` : ''}
                <Amount fen={differenceFen} />
              </>
            );
          },
        },
      ]}
    />
  );
}
