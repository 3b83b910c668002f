import { useEffect, useState } from 'react';

const WORKER = '/worker.js';
const LOOK_MS = 3_600_000;

/**
 * Installs what the pages need without the network, and looks for newer versions. One that is there waits:
 * `update` begins it, and nothing else does, so that nobody is interrupted at work. Null without one.
 */
export function useUpdate(): (() => void) | null {
  const [waiting, setWaiting] = useState<ServiceWorker | null>(null);
  useEffect(() => {
    // Pages without https have none.
    if (!('serviceWorker' in navigator)) return undefined;
    let timer: ReturnType<typeof setInterval> | undefined;
    const watch = (registration: ServiceWorkerRegistration) => {
      // The very first one has nothing to take the place of.
      const look = () => {
        if (navigator.serviceWorker.controller) setWaiting(registration.waiting);
      };
      look();
      registration.addEventListener('updatefound', () =>
        registration.installing?.addEventListener('statechange', look),
      );
      timer = setInterval(() => void registration.update().catch(() => undefined), LOOK_MS);
    };
    navigator.serviceWorker.register(WORKER).then(watch, () => undefined);
    return () => clearInterval(timer);
  }, []);
  if (!waiting) return null;
  return () => {
    const reload = () => window.location.reload();
    navigator.serviceWorker.addEventListener('controllerchange', reload, { once: true });
    // A worker is of this very origin, and takes no address of one.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    waiting.postMessage({ type: 'SKIP_WAITING' });
  };
}
