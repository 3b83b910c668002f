import { Button, Space } from 'antd';
import { useState } from 'react';
import { sellerUrl } from '../api.ts';
import { DataTable } from '../manage/data-table.tsx';
import { shanghai } from '../format.tsx';
import { AskFirst, useChange } from '../manage/change.tsx';
import { mayAct } from '../navigation.ts';
import { Answer } from '../pages/shared.tsx';
import { useRead } from '../read.ts';
import { useSession } from '../session.ts';
import type { MallTokenJson } from './json.ts';
import { useRefusals, useText } from './texts.ts';

const SHOWN_DIGITS = 12;

/** The live tokens of one account. The token itself is known to the mall alone. */
export function Tokens({ seller, account }: { seller: string; account: string }) {
  const text = useText();
  const refusals = useRefusals();
  const session = useSession();
  const path = ['mall', 'accounts', account, 'tokens'];
  const answer = useRead<{ tokens?: MallTokenJson[] }>(sellerUrl(seller, path));
  const { busy, change } = useChange(refusals, () => void answer.refetch());
  /** The token that is asked about; empty: all of them. */
  const [asked, setAsked] = useState<string | null>(null);
  const send = async () => {
    const of = asked ? [asked] : [];
    if (await change(sellerUrl(seller, [...path, ...of, 'revoke']), {})) setAsked(null);
  };
  const canAct = mayAct(session, seller);
  return (
    <Answer of={answer}>
      {({ tokens = [] }) => (
        <Space orientation="vertical" style={{ width: '100%' }}>
          <DataTable<MallTokenJson>
            rowKey="tokenId"
            size="small"
            dataSource={tokens}
            columns={[
              { title: text('token'), render: (_, row) => row.tokenId.slice(0, SHOWN_DIGITS) },
              { title: text('expiresAt'), render: (_, row) => shanghai(row.expiresAt) },
              {
                title: '',
                render: (_, row) =>
                  canAct ? (
                    <Button size="small" danger onClick={() => setAsked(row.tokenId)}>
                      {text('revoke')}
                    </Button>
                  ) : null,
              },
            ]}
          />
          {canAct && tokens.length > 0 ? (
            <Button danger onClick={() => setAsked('')}>
              {text('revokeAll')}
            </Button>
          ) : null}
          {asked === null ? null : (
            <AskFirst
              title={`${text(asked === '' ? 'revokeAll' : 'revoke')}: ${account}`}
              effects={[
                asked === ''
                  ? { what: text('liveTokens'), now: tokens.length, after: 0 }
                  : {
                      what: `${text('token')} ${asked.slice(0, SHOWN_DIGITS)}`,
                      now: text('valid'),
                      after: text('revoked'),
                    },
              ]}
              warning={text('revokeWarning')}
              isDanger
              busy={busy}
              onOk={() => void send()}
              onCancel={() => setAsked(null)}
            />
          )}
        </Space>
      )}
    </Answer>
  );
}
