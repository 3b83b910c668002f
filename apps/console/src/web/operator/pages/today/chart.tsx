import { Chart } from '../chart.tsx';

const HOURS = Array.from({ length: 24 }, (_, hour) => `${hour}:00`);

type Series = { name: string; hours: readonly number[] };

/** Orders by hour: today's as bars, and those of the day that they are compared with as a line. */
export function HoursChart(props: { label: string; today: Series; before: Series }) {
  const { label, today, before } = props;
  return (
    <Chart
      label={label}
      className="hours"
      option={{
        grid: { left: 8, right: 8, top: 36, bottom: 4, containLabel: true },
        legend: { top: 0, right: 0 },
        tooltip: { trigger: 'axis' },
        xAxis: { type: 'category', data: HOURS },
        yAxis: { type: 'value', minInterval: 1 },
        series: [
          { type: 'bar', name: today.name, data: [...today.hours], color: '#1457c8' },
          { type: 'line', name: before.name, data: [...before.hours], color: '#8c8c8c' },
        ],
      }}
    />
  );
}
