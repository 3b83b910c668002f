import { Button } from 'antd';
import { useContext } from 'react';
import { sessionApi } from './api.ts';
import type { Session } from './api.ts';
import { areasOf } from './area.ts';
import type { Area } from './area.ts';
import { LanguageContext } from './language.ts';
import type { Language } from './language.ts';
import { useText } from './texts.ts';

/** Shows the language that a click chooses. */
export function LanguageSwitch({ onLanguage }: { onLanguage: (language: Language) => void }) {
  const other = useContext(LanguageContext) === 'zh' ? 'en' : 'zh';
  return (
    <Button size="small" onClick={() => onLanguage(other)}>
      {other === 'en' ? 'EN' : '中文'}
    </Button>
  );
}

/** Leads who may open both to the other pages. */
export function AreaLink({ session, to }: { session: Session; to: Area }) {
  const text = useText();
  if (!areasOf(session).includes(to)) return null;
  return (
    <Button size="small" href={`#/${to}`}>
      {text(to === 'store' ? 'toStore' : 'toOperator')}
    </Button>
  );
}

/** Ends the session; one that has ended already is told by `onSessionEnd`. */
export function SignOut({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const text = useText();
  const leave = async () => {
    const ended = await sessionApi.end(session).catch(() => null);
    if (ended?.leave) window.location.assign(ended.leave);
    else if (ended) onEnd();
  };
  return (
    <Button size="small" onClick={() => void leave()}>
      {text('logout')}
    </Button>
  );
}
