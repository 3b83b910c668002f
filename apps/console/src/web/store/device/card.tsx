import { Alert, Button, Card, Switch } from 'antd';
import { useState } from 'react';
import type { Me } from '../api.ts';
import { isTextKey, useText } from '../language.ts';
import { useInstall } from './install.ts';
import { usePush } from './push.ts';

/** Messages while the page is closed: off, on, or why there can be none. */
function Messages({ me }: { me: Me }) {
  const text = useText();
  const { state, problem, turn } = usePush(me);
  const [busy, setBusy] = useState(false);
  const change = async (isOn: boolean) => {
    setBusy(true);
    await turn(isOn);
    setBusy(false);
  };
  if (state === 'none') return <p className="attribute">{text('noMessages')}</p>;
  return (
    <>
      <div className="line" style={{ borderTop: 0 }}>
        <span id="messages-label">{text('messages')}</span>
        <Switch
          aria-labelledby="messages-label"
          checked={state === 'on'}
          loading={busy || (state === 'reading' && problem === '')}
          disabled={state === 'denied'}
          onChange={(isOn) => void change(isOn)}
        />
      </div>
      {state === 'denied' ? <Alert type="warning" showIcon title={text('messagesDenied')} /> : null}
      {problem === '' ? null : (
        <Alert type="error" showIcon title={text(isTextKey(problem) ? problem : 'UNKNOWN')} />
      )}
    </>
  );
}

/** What this device does for its clerk: the application, and messages. */
export function DeviceCard({ me }: { me: Me }) {
  const text = useText();
  const install = useInstall();
  return (
    <Card size="small" title={text('thisDevice')} style={{ marginTop: 12 }}>
      <Messages me={me} />
      {install ? (
        <Button block style={{ marginTop: 12 }} onClick={install}>
          {text('install')}
        </Button>
      ) : null}
    </Card>
  );
}
