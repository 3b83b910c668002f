import { DataTable } from '../manage/data-table.tsx';
import { useText as useManageText } from '../manage/texts.ts';
import { useAsked } from '../navigation.ts';
import { Block, Pager } from '../pages/shared.tsx';
import { useRead } from '../read.ts';
import { useSession } from '../session.ts';
import { Ask } from './parts.tsx';
import { useCode, useText } from './texts.ts';

const URL = '/api/onboarding/sellers';

type SellerJson = {
  sellerId: string;
  nick?: string;
  allocator?: string;
  acceptor?: string;
  sellableCountsShared?: boolean;
};

/** Every seller, with who allocates and where its stores accept. */
export function Sellers() {
  const text = useText();
  const code = useCode();
  const manage = useManageText();
  const { allSellers } = useSession();
  const { asked, ask } = useAsked();
  const token = asked('sellers');
  const answer = useRead<{ sellers?: SellerJson[]; nextToken?: string }>(
    `${URL}?token=${encodeURIComponent(token)}`,
  );
  const choice = (name: 'allocator' | 'acceptor', values: readonly string[]) => ({
    name,
    label: name,
    kind: 'choice' as const,
    options: values.map((value) => ({ value, label: code(value) })),
    value: values[0] ?? '',
  });
  const create = allSellers?.mayAct ? (
    <Ask
      isMain
      label={text('newSeller')}
      onDone={() => void answer.refetch()}
      plan={{
        title: text('newSeller'),
        url: URL,
        fields: [
          { name: 'sellerId', label: 'sellerId', kind: 'name' },
          { name: 'nick', label: 'nick' },
          choice('allocator', ['ASTROLABE', 'ISV']),
          choice('acceptor', ['DIANZHANGGUI', 'POS']),
          {
            name: 'shared',
            label: 'shared',
            kind: 'choice',
            options: ['no', 'yes'].map((value) => ({
              value,
              label: manage(value === 'yes' ? 'yes' : 'no'),
            })),
            value: 'no',
          },
        ],
        bodyOf: ({ shared, ...seller }) => ({ ...seller, sellableCountsShared: shared === 'yes' }),
      }}
    />
  ) : null;
  return (
    <Block title={text('sellers')} of={answer} extra={create}>
      {({ sellers = [], nextToken }) => (
        <>
          <DataTable<SellerJson>
            rowKey="sellerId"
            size="small"
            dataSource={sellers}
            columns={[
              { title: text('sellerId'), dataIndex: 'sellerId' },
              { title: text('nick'), dataIndex: 'nick' },
              { title: text('allocator'), render: (_, row) => code(row.allocator) },
              { title: text('acceptor'), render: (_, row) => code(row.acceptor) },
              {
                title: text('shared'),
                render: (_, row) => manage(row.sellableCountsShared ? 'yes' : 'no'),
              },
            ]}
          />
          <Pager token={token} nextToken={nextToken} onMove={(next) => ask({ sellers: next })} />
        </>
      )}
    </Block>
  );
}
