import { useEffect } from 'react';

/**
 * Keeps the screen of a phone or a till on while the page is looked at: a new order is seen when it comes.
 * The browser takes the lock back when the page is hidden; it is asked for again when it is shown.
 */
export function useScreenOn(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let isOver = false;
    const hold = async () => {
      // Older browsers have none, and a page without https gets none.
      if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
      try {
        lock = await navigator.wakeLock.request('screen');
        if (isOver) await lock.release();
      } catch {
        // A battery that runs low has its say; the page works all the same.
      }
    };
    const again = () => void hold();
    again();
    document.addEventListener('visibilitychange', again);
    return () => {
      isOver = true;
      document.removeEventListener('visibilitychange', again);
      void lock?.release();
    };
  }, []);
}
