import { BarChart, LineChart } from 'echarts/charts';
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
} from 'echarts/components';
import { init, use as register } from 'echarts/core';
import type { EChartsCoreOption, EChartsType } from 'echarts/core';
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

/** A chart of plain data, as wide as the place that it has; the label says what it shows. */
export function Chart(props: { label: string; className: string; option: EChartsCoreOption }) {
  const { label, className, option } = props;
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
  const drawn = JSON.stringify(option);
  useEffect(() => {
    chart.current?.setOption({ animation: false, ...option });
    // What is drawn is what the text says.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [drawn]);
  return <div ref={box} role="img" aria-label={label} className={className} />;
}
