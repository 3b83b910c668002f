import { Funnel } from './funnel.tsx';
import { Queues } from './queues.tsx';
import './today.css';

/** What people see first: what waits, and how far today's orders have come. */
export function TodayPage() {
  return (
    <div className="today">
      <Queues />
      <Funnel />
    </div>
  );
}
