// The graph that answers the pointer: Apache ECharts, only the parts it needs, on a canvas (a strict policy forbids the styles that its
// SVG painter writes). Everything it says is set as text, never as HTML.
import { BrushComponent, GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { LineChart } from "echarts/charts";
import { init, use, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { text } from "./numbers";

use([LineChart, GridComponent, TooltipComponent, MarkLineComponent, BrushComponent, CanvasRenderer]);

/** label, now, before, now as text, before as text, label before, from, to */
type Point = [string, number | null, number | null, string, string, string | null, string, string];

interface Data {
  name: string; kind: string; currency: string; top: number; partial: boolean; compared: boolean; beforeName: string; points: Point[]; notes: [number, string, string][];
}

export type Mount = (plot: HTMLElement) => void;

export const mount: Mount = plot => {
  const data = JSON.parse(plot.dataset.graph!) as Data;
  plot.querySelector(".live")?.remove();
  const box = document.createElement("div");
  box.className = "live";
  // The table below the graph says the same in words.
  box.setAttribute("aria-hidden", "true");
  plot.append(box);
  const chart = init(box, null, { renderer: "canvas" });
  chart.setOption(options(plot, data));
  plot.classList.add("on");
  new ResizeObserver(() => { if (box.isConnected) chart.resize(); else chart.dispose(); }).observe(box);
  if (plot.dataset.zoom && matchMedia("(pointer: fine)").matches && data.points.length > 2) choose(chart, plot.dataset.zoom, data);
};

/** A colour of the page's tokens, as it is now. */
function colour(plot: HTMLElement, token: string): string {
  const probe = document.createElement("i");
  probe.style.color = `var(${token})`;
  plot.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function options(plot: HTMLElement, data: Data): Record<string, unknown> {
  const ink = colour(plot, "--ink-2"), line = colour(plot, "--line"), accent = colour(plot, "--accent-fill"), before = colour(plot, "--before"), warn = colour(plot, "--warn");
  const size = parseFloat(getComputedStyle(plot.querySelector(".scale")!).fontSize);
  const now = data.points.map(point => point[1]);
  const last = now.findLastIndex(value => value !== null);
  const dotted = data.partial && last > 0;
  const whole = now.map((value, index) => dotted && index === last ? null : value);
  const part = now.map((value, index) => dotted && index >= last - 1 ? value : null);
  const style = getComputedStyle(plot);
  const [left, bottom] = [parseFloat(style.gridTemplateColumns), parseFloat(style.gridTemplateRows.split(" ")[1]!)];
  const curve = { type: "line", showSymbol: data.points.length === 1, symbol: "circle", symbolSize: 6, connectNulls: false, animation: false };
  return {
    animation: false,
    aria: { enabled: false },
    textStyle: { fontFamily: style.fontFamily },
    grid: { left, right: 1, top: 10, bottom },
    brush: { xAxisIndex: 0, brushMode: "single", transformable: false, brushStyle: { color: accent, opacity: 0.12, borderWidth: 0 }, outOfBrush: { colorAlpha: 1 } },
    xAxis: {
      type: "category", boundaryGap: false, data: data.points.map(point => point[0]),
      axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: ink, fontSize: size, hideOverlap: true, margin: 10, alignMinLabel: "left", alignMaxLabel: "right" },
    },
    yAxis: {
      type: "value", min: 0, max: data.top, interval: data.top / 2,
      splitLine: { lineStyle: { color: line } }, axisLabel: { color: ink, fontSize: size, margin: 10, formatter: (value: number) => text(data.kind, value, data.currency) },
    },
    tooltip: {
      trigger: "axis", confine: true, transitionDuration: 0, backgroundColor: colour(plot, "--raised"), borderColor: line, padding: [8, 12],
      axisPointer: { lineStyle: { color: before, type: "solid" } },
      formatter: (shown: { dataIndex: number }[]) => tip(data, shown[0]!.dataIndex),
    },
    series: [
      ...data.compared ? [{ ...curve, name: "before", data: data.points.map(point => point[2]), color: before, lineStyle: { width: 1.5, type: [5, 4] }, z: 1 }] : [],
      {
        ...curve, name: "now", data: whole, color: accent, lineStyle: { width: 2 }, areaStyle: { opacity: 0.09 }, z: 3,
        markLine: data.notes.length === 0 ? undefined : {
          silent: true, symbol: ["none", "circle"], symbolSize: 6, label: { show: false }, lineStyle: { color: warn, type: [3, 3], width: 1 }, data: data.notes.map(note => ({ xAxis: note[0] })),
        },
      },
      ...dotted ? [{ ...curve, name: "part", data: part, color: accent, lineStyle: { width: 2, type: [1, 5], cap: "round" }, areaStyle: { opacity: 0.09 }, z: 3 }] : [],
    ],
  };
}

function tip(data: Data, index: number): HTMLElement {
  const [label, , , now, before, beforeLabel] = data.points[index]!;
  const box = document.createElement("div");
  box.className = "tip";
  const add = (words: string, value?: string) => {
    const row = document.createElement("span");
    if (value !== undefined) {
      const bold = document.createElement("b");
      bold.textContent = value;
      row.append(bold, " ");
    }
    row.append(words);
    if (value === undefined || box.childElementCount > 1) row.className = "muted";
    box.append(row);
  };
  add(label);
  add(data.name.toLowerCase(), now);
  if (data.compared && beforeLabel) add(beforeLabel, before);
  for (const [at, when, note] of data.notes) if (at === index) add(`${when}: ${note}`);
  return box;
}

/** Dragging over the graph shows that part of the range. */
function choose(chart: EChartsType, address: string, data: Data): void {
  chart.dispatchAction({ type: "takeGlobalCursor", key: "brush", brushOption: { brushType: "lineX", brushMode: "single" } });
  chart.on("brushEnd", (event: unknown) => {
    const range = (event as { areas: { coordRange: [number, number] }[] }).areas[0]?.coordRange;
    chart.dispatchAction({ type: "brush", areas: [] });
    if (!range || range[1] <= range[0]) return;
    const from = data.points[Math.max(0, range[0])]![6], to = data.points[Math.min(data.points.length - 1, range[1])]![7];
    location.assign(address.replace("{from}", encodeURIComponent(from)).replace("{to}", encodeURIComponent(to)));
  });
}
