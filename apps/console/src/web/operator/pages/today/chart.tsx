import { BarChart, LineChart } from 'echarts/charts';
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
} from 'echarts/components';
import { init, use as register } from 'echarts/core';
import type { EChartsType } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

register([
  AriaComponent,
  BarChart,
  GridComponent,
  LegendComponent,
  LineChart,
  SVGRenderer,
  TooltipComponent,
]);

const HOURS = Array.from({ length: 24 }, (_, hour) => `${hour}:00`);

type Series = { name: string; hours: readonly number[] };

/** Orders by hour: today's as bars, and those of the day that they are compared with as a line. */
export function HoursChart(props: { label: string; today: Series; before: Series }) {
  const { label, today, before } = props;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const drawn = init(element, null, { renderer: 'svg' });
    chart.current = drawn;
    const observer = new ResizeObserver(() => drawn.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.dispose();
      chart.current = null;
    };
  }, []);
  const drawn = JSON.stringify([today, before]);
  useEffect(() => {
    chart.current?.setOption({
      animation: false,
      grid: { left: 8, right: 8, top: 36, bottom: 4, containLabel: true },
      legend: { top: 0, right: 0 },
      tooltip: { trigger: 'axis' },
      xAxis: { type: 'category', data: HOURS },
      yAxis: { type: 'value', minInterval: 1 },
      series: [
        { type: 'bar', name: today.name, data: [...today.hours], color: '#1457c8' },
        { type: 'line', name: before.name, data: [...before.hours], color: '#8c8c8c' },
      ],
    });
    // What is drawn is what the text says.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [drawn]);
  return <div ref={box} role="img" aria-label={label} className="hours" />;
}
