import { useText as useManageText } from '../manage/texts.ts';
import { shanghai } from '../format.tsx';
import { useText } from './texts.ts';

/** Who has stopped a connection, when and why. */
export type PauseJson = { reason?: string; pausedBy?: string; pausedAt?: string };

/** Whether a connection is used; of one that is stopped who has done that and why, where somebody has said. */
export function Paused({ isUsed, pause }: { isUsed: boolean; pause: PauseJson | undefined }) {
  const manage = useManageText();
  const text = useText();
  if (isUsed) return manage('enabled');
  return (
    <>
      <div>{manage('disabled')}</div>
      <div>{pause?.reason ?? text('noReason')}</div>
      {pause ? (
        <small>
          {pause.pausedBy} {shanghai(pause.pausedAt)}
        </small>
      ) : null}
    </>
  );
}
