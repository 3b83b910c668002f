import type { LifeEvent as Event } from '@astrolabe/kernel';
import type { LifeEvent } from './gen/astrolabe/common/v1/life.ts';

/** What happened to an order, as it is told. */
export const lifeEventToMessage = (event: Event): LifeEvent => ({
  ...event,
  about: [...event.about],
});
