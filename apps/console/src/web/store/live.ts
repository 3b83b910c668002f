import { useEffect, useRef, useState } from 'react';

type News = { kind: string };

/** A short two-tone bell; browsers allow it after the clerk has touched the page once. */
function ring(): void {
  try {
    const context = new AudioContext();
    for (const [index, frequency] of [880, 660].entries()) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      const at = context.currentTime + index * 0.25;
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0.3, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.4);
      tone.connect(volume).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.4);
    }
    setTimeout(() => void context.close(), 1_500);
  } catch {
    // A page without sound still shows the order.
  }
}

/**
 * Listens to what happens at the store. The browser resumes by itself after a break, from the last
 * event it has seen. `version` counts up whenever lists should be read again.
 */
export function useLive(sound: boolean, onNew: () => void) {
  const [version, setVersion] = useState(0);
  const [online, setOnline] = useState(true);
  const told = useRef({ sound, onNew });
  told.current = { sound, onNew };
  useEffect(() => {
    const again = () => setVersion((known) => known + 1);
    let source: EventSource | null = null;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const connect = () => {
      source = new EventSource('/api/live');
      source.addEventListener('hello', () => {
        setOnline(true);
        again();
      });
      source.addEventListener('reset', again);
      source.addEventListener('news', (event: MessageEvent<string>) => {
        const news = JSON.parse(event.data) as News;
        if (news.kind === 'NOTIFIED') {
          if (told.current.sound) ring();
          told.current.onNew();
        }
        again();
      });
      source.addEventListener('error', () => {
        setOnline(false);
        // A refused answer (not a broken line) closes the stream for good: begin a new one.
        if (source?.readyState !== EventSource.CLOSED) return;
        again();
        retry = setTimeout(connect, 3_000);
      });
    };
    connect();
    const lost = () => setOnline(false);
    window.addEventListener('offline', lost);
    return () => {
      source?.close();
      clearTimeout(retry);
      window.removeEventListener('offline', lost);
    };
  }, []);
  return { version, online };
}
