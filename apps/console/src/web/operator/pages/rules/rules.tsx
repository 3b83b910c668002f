import { Alert, App, Button, Space, Typography } from 'antd';
import { useState } from 'react';
import { sellerUrl } from '../../api.ts';
import { mayAct, useAsked, useSeller } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { useSession } from '../../session.ts';
import { Block, Pager } from '../shared.tsx';
import { DEFAULTS } from './api.ts';
import type { VersionJson, VersionsJson } from './api.ts';
import { Editor } from './editor.tsx';
import type { Draft } from './editor.tsx';
import { Simulate, TryOne } from './look.tsx';
import { useRulesText } from './texts.ts';
import { Activate, Versions } from './versions.tsx';

const REFRESH_MS = 5_000;

/** What is being drafted or activated. */
function useOpened() {
  const [draft, setDraft] = useState<Draft | null>(null);
  const [activating, setActivating] = useState<VersionJson | null>(null);
  return { draft, setDraft, activating, setActivating };
}

type DialogsProps = ReturnType<typeof useOpened> & { seller: string; onDone: () => void };

/** The windows in which something is changed. */
function Dialogs({ seller, draft, setDraft, activating, setActivating, onDone }: DialogsProps) {
  const text = useRulesText();
  const { message } = App.useApp();
  const done = (words: string): void => {
    message.success(words);
    onDone();
  };
  return (
    <>
      {draft ? (
        <Editor
          seller={seller}
          draft={draft}
          onClose={() => setDraft(null)}
          onSaved={() => done(text('saved'))}
        />
      ) : null}
      {activating ? (
        <Activate
          seller={seller}
          version={activating}
          onClose={() => setActivating(null)}
          onDone={() => done(text('activated'))}
        />
      ) : null}
    </>
  );
}

/** A seller's rules: versions, drafts, what they would change, and which one decides. */
export function RulesPage() {
  const text = useRulesText();
  const seller = useSeller();
  const { asked, ask } = useAsked();
  const mayChange = mayAct(useSession(), seller);
  const opened = useOpened();
  const { setDraft, setActivating } = opened;
  const token = asked('token');
  const looked = Number(asked('version') || '0');
  const versions = useRead<VersionsJson>(sellerUrl(seller, ['rules'], { token }), REFRESH_MS);
  const changed = (): void => {
    setDraft(null);
    setActivating(null);
    void versions.refetch();
  };
  return (
    <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
      <Typography.Title level={3}>{text('title')}</Typography.Title>
      <Typography.Text type="secondary">{text('intro')}</Typography.Text>
      <Block
        title={text('versions')}
        of={versions}
        extra={
          mayChange ? (
            <Button
              type="primary"
              onClick={() => setDraft({ version: 0, revision: 0, rules: DEFAULTS, note: '' })}
            >
              {text('newDraft')}
            </Button>
          ) : (
            text('readOnly')
          )
        }
      >
        {({ versions: known = [], nextToken }) => (
          <>
            {known.some(({ status }) => status === 'ACTIVE') || token !== '' ? null : (
              <Alert type="info" showIcon style={{ marginBottom: 12 }} title={text('defaults')} />
            )}
            <Versions
              versions={known}
              mayChange={mayChange}
              choose={{
                edit: setDraft,
                copy: ({ rules = DEFAULTS, note = '' }) =>
                  setDraft({ version: 0, revision: 0, rules, note }),
                activate: setActivating,
                look: ({ version }) => ask({ version: String(version) }),
              }}
            />
            <Pager token={token} nextToken={nextToken} onMove={(next) => ask({ token: next })} />
          </>
        )}
      </Block>
      {looked > 0 ? (
        <>
          <TryOne key={`try/${looked}`} seller={seller} version={looked} />
          <Simulate key={`simulate/${looked}`} seller={seller} version={looked} />
        </>
      ) : null}
      <Dialogs {...opened} seller={seller} onDone={changed} />
    </Space>
  );
}
