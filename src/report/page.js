"use strict";

// Draws the charts from the numbers in the page, and moves the slider of the sample grids.
(() => {
  const report = JSON.parse(document.getElementById("report-data").textContent);
  const several = report.runs.length > 1;
  const colors = 7;
  const dashes = ["none", "8 3", "2 3", "10 3 2 3", "5 5", "1 4"];
  const height = 250;
  const margin = { left: 58, right: 14, top: 10, bottom: 36 };

  // What was chosen outlives the reload of a page that is followed.
  const storage = {
    get(key) {
      try {
        return JSON.parse(sessionStorage.getItem(location.pathname + " " + key));
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        sessionStorage.setItem(location.pathname + " " + key, JSON.stringify(value));
      } catch {
        // A browser that keeps nothing starts anew.
      }
    },
  };
  const hiddenRuns = new Set(storage.get("hidden runs") ?? []);

  function create(parent, name, attributes = {}) {
    const child = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) child.setAttribute(key, value);
    parent.append(child);
    return child;
  }

  function shown(value) {
    const size = Math.abs(value);
    if (size >= 1e4) {
      return new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 }).format(value);
    }
    const rounded = Number(value.toPrecision(4));
    return size > 0 && size < 1e-3 ? rounded.toExponential() : String(rounded);
  }

  // The curves of a chart, of the runs that are shown.
  function curvesOf(chart) {
    const curves = [];
    report.runs.forEach((run, place) => {
      chart.lines.forEach((line, index) => {
        const curve = run[chart.source].curves[line.metric];
        if (!curve || hiddenRuns.has(run.name)) return;
        curves.push({
          label: !several ? line.label : chart.lines.length > 1 ? `${run.name}, ${line.label}` : run.name,
          color: `var(--series-${(several ? place : index) % colors})`,
          dash: several ? dashes[Math.floor(place / colors) % dashes.length] : "none",
          opacity: several && index > 0 ? 0.5 : 1,
          steps: run[chart.source].steps,
          ...curve,
        });
      });
    });
    return curves;
  }

  // What shows most of the values: a curve that runs away is cut off.
  function rangeOf(values) {
    const sorted = values.slice().sort((a, b) => a - b);
    const quantile = (share) => sorted[Math.round(share * (sorted.length - 1))];
    const most = Math.max(quantile(0.98) - quantile(0.02), 1e-9 * Math.abs(quantile(0.5)));
    const low = Math.max(sorted[0], quantile(0.02) - 0.6 * most);
    const high = Math.min(sorted[sorted.length - 1], quantile(0.98) + 0.6 * most);
    const room = 0.05 * (high - low) || 0.05 * Math.abs(high) || 1;
    return [low - room, high + room];
  }

  function ticksBetween(low, high, count) {
    const rough = (high - low) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999);
    const ticks = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; ++i) {
      ticks.push(Number((i * step).toPrecision(12)));
    }
    return ticks;
  }

  function scalesOf(chart, curves, width) {
    const values = curves.flatMap((curve) => curve.means.filter((value) => value !== null));
    const steps = curves.flatMap((curve) => [curve.steps[0], curve.steps[curve.steps.length - 1]]);
    const first = Math.min(...steps);
    const last = Math.max(...steps);
    const x = (step) =>
      margin.left + ((step - first) / (last - first || 1)) * (width - margin.left - margin.right);
    const [smallest, largest] = [Math.min, Math.max].map((end) => values.reduce((a, b) => end(a, b)));
    const logarithmic = smallest > 0 && largest / smallest > 1000;
    const map = logarithmic ? Math.log10 : (value) => value;
    const [low, high] = rangeOf(values.map(map));
    const y = (value) =>
      margin.top + ((high - map(value)) / (high - low)) * (height - margin.top - margin.bottom);
    let ticks = ticksBetween(low, high, 5);
    if (logarithmic) {
      ticks = ticks.filter(Number.isInteger).map((power) => 10 ** power);
      if (ticks.length < 2) ticks = ticksBetween(10 ** low, 10 ** high, 5).filter((tick) => tick > 0);
    }
    return { x, y, ticks, logarithmic, first, last, xTicks: ticksBetween(first, last || 1, width < 420 ? 4 : 7) };
  }

  // Runs of points without a gap.
  function segmentsOf(curve) {
    const segments = [];
    let segment = [];
    curve.means.forEach((value, index) => {
      if (value !== null) segment.push(index);
      if ((value === null || index === curve.means.length - 1) && segment.length) {
        segments.push(segment);
        segment = [];
      }
    });
    return segments;
  }

  function drawCurve(parent, curve, { x, y }) {
    const point = (index, values) => `${x(curve.steps[index]).toFixed(1)},${y(values[index]).toFixed(1)}`;
    const style = { stroke: curve.color, "stroke-dasharray": curve.dash, "stroke-opacity": curve.opacity };
    for (const segment of segmentsOf(curve)) {
      if (curve.lows) {
        const edge = segment.map((index) => point(index, curve.highs));
        const back = segment.map((index) => point(index, curve.lows)).reverse();
        create(parent, "polygon", { class: "band", fill: curve.color, points: [...edge, ...back].join(" ") });
      }
      const points = segment.map((index) => point(index, curve.means));
      create(parent, "polyline", { class: "curve", points: points.join(" "), ...style });
      if (curve.steps.length <= 40 || segment.length === 1) {
        for (const place of points) {
          const [cx, cy] = place.split(",");
          create(parent, "circle", { cx, cy, r: 2.4, fill: curve.color, "fill-opacity": curve.opacity });
        }
      }
    }
  }

  function drawAxes(svg, chart, scales, width) {
    const bottom = height - margin.bottom;
    for (const tick of scales.ticks) {
      const y = scales.y(tick);
      create(svg, "line", { class: "grid", x1: margin.left, x2: width - margin.right, y1: y, y2: y });
      create(svg, "text", { x: margin.left - 6, y: y + 4, "text-anchor": "end" }).textContent = shown(tick);
    }
    for (const tick of scales.xTicks) {
      create(svg, "text", { x: scales.x(tick), y: bottom + 16, "text-anchor": "middle" }).textContent =
        shown(tick);
    }
    create(svg, "text", { x: width - margin.right, y: height - 4, "text-anchor": "end" }).textContent =
      scales.logarithmic ? "logarithmic, over steps" : "step";
    for (const value of chart.references) {
      const y = scales.y(value);
      if (y > margin.top && y < bottom) {
        create(svg, "line", { class: "reference", x1: margin.left, x2: width - margin.right, y1: y, y2: y });
      }
    }
  }

  // The index of the step nearest to `step`.
  function nearestIndex(steps, step) {
    let low = 0;
    let high = steps.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (steps[middle] < step) low = middle;
      else high = middle;
    }
    return Math.abs(steps[low] - step) <= Math.abs(steps[high] - step) ? low : high;
  }

  class ChartView {
    constructor(figure, chart) {
      this.chart = chart;
      this.svg = figure.querySelector(".diagram");
      this.readout = figure.querySelector(".readout");
      this.svg.addEventListener("pointermove", (event) => this.point(event));
      this.svg.addEventListener("pointerdown", (event) => this.point(event));
      this.svg.addEventListener("pointerleave", () => this.leave());
      this.svg.addEventListener("blur", () => this.leave());
      this.svg.addEventListener("keydown", (event) => this.press(event));
      new ResizeObserver(() => this.draw()).observe(this.svg);
    }

    draw() {
      this.leave();
      this.svg.replaceChildren();
      const width = this.svg.clientWidth;
      this.curves = curvesOf(this.chart).filter((curve) => curve.means.some((value) => value !== null));
      if (width === 0 || this.curves.length === 0) return;
      this.scales = scalesOf(this.chart, this.curves, width);
      drawAxes(this.svg, this.chart, this.scales, width);
      const clip = `clip-${report.charts.indexOf(this.chart)}`;
      create(create(this.svg, "clipPath", { id: clip }), "rect", {
        x: margin.left - 3,
        y: margin.top - 3,
        width: Math.max(0, width - margin.left - margin.right + 6),
        height: height - margin.top - margin.bottom + 6,
      });
      const inside = create(this.svg, "g", { "clip-path": `url(#${clip})` });
      for (const curve of this.curves) drawCurve(inside, curve, this.scales);
      this.cursor = create(this.svg, "g");
    }

    point(event) {
      if (!this.curves?.length) return;
      const box = this.svg.getBoundingClientRect();
      const inner = box.width - margin.left - margin.right;
      const share = (event.clientX - box.left - margin.left) / inner;
      const { first, last } = this.scales;
      this.read(first + Math.min(1, Math.max(0, share)) * (last - first), event.clientY - box.top);
    }

    press(event) {
      if (!this.curves?.length) return;
      const steps = this.curves.reduce((a, b) => (b.steps.length > a.steps.length ? b : a)).steps;
      const index = this.step === undefined ? steps.length - 1 : nearestIndex(steps, this.step);
      const target = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: steps.length - 1 }[event.key];
      if (target === undefined) {
        if (event.key === "Escape") this.leave();
        return;
      }
      event.preventDefault();
      this.read(steps[Math.min(steps.length - 1, Math.max(0, target))]);
    }

    // Shows the values at a step, of at most eight curves: those nearest to the height of the pointer.
    read(step, pointerY = 0) {
      const { x, y } = this.scales;
      const entries = this.curves
        .map((curve) => {
          const index = nearestIndex(curve.steps, step);
          return { curve, step: curve.steps[index], value: curve.means[index] };
        })
        .filter((entry) => entry.value !== null);
      if (entries.length === 0) return;
      entries.sort((a, b) => Math.abs(y(a.value) - pointerY) - Math.abs(y(b.value) - pointerY));
      const near = entries.slice(0, 8).sort((a, b) => b.value - a.value);
      this.step = entries[0].step;
      const at = x(this.step);
      this.cursor.replaceChildren();
      create(this.cursor, "line", { class: "cursor", x1: at, x2: at, y1: margin.top, y2: height - margin.bottom });
      for (const entry of near) {
        const place = { cx: x(entry.step), cy: y(entry.value) };
        if (place.cy >= margin.top - 3 && place.cy <= height - margin.bottom + 3) {
          create(this.cursor, "circle", { ...place, r: 3.6, fill: entry.curve.color });
        }
      }
      this.readout.replaceChildren();
      const headline = document.createElement("div");
      headline.textContent = `step ${this.step}`;
      this.readout.append(headline);
      for (const entry of near) {
        const line = document.createElement("div");
        const label = document.createElement("span");
        label.style.color = entry.curve.color;
        label.textContent = entry.curve.label;
        line.append(label, ` ${shown(entry.value)}`);
        this.readout.append(line);
      }
      this.readout.hidden = false;
      const left = at + 12 + this.readout.offsetWidth > this.svg.clientWidth ? at - 12 - this.readout.offsetWidth : at + 12;
      this.readout.style.left = `${Math.max(0, left)}px`;
      const above = this.svg.getBoundingClientRect().top - this.svg.parentElement.getBoundingClientRect().top;
      this.readout.style.top = `${above + margin.top}px`;
    }

    leave() {
      this.step = undefined;
      this.readout.hidden = true;
      this.cursor?.replaceChildren();
    }
  }

  const views = [...document.querySelectorAll("figure.chart")].map(
    (figure) => new ChartView(figure, report.charts[Number(figure.dataset.chart)]),
  );

  for (const button of document.querySelectorAll("button[data-run]")) {
    const name = report.runs[Number(button.dataset.run)].name;
    button.setAttribute("aria-pressed", String(!hiddenRuns.has(name)));
    button.addEventListener("click", () => {
      if (!hiddenRuns.delete(name)) hiddenRuns.add(name);
      button.setAttribute("aria-pressed", String(!hiddenRuns.has(name)));
      storage.set("hidden runs", [...hiddenRuns]);
      views.forEach((view) => view.draw());
    });
  }

  const slider = document.getElementById("grid-step");
  if (slider) {
    const steps = JSON.parse(slider.dataset.steps);
    const histories = [...document.querySelectorAll("figure.history")].map((figure) => [
      ...figure.querySelectorAll("img"),
    ]);
    // Of each run the newest grid up to the step.
    const show = () => {
      const step = steps[slider.value];
      for (const images of histories) {
        const due = images.filter((image) => Number(image.dataset.step) <= step);
        const chosen = due[due.length - 1] ?? images[0];
        for (const image of images) image.hidden = image !== chosen;
      }
      slider.setAttribute("aria-valuetext", `step ${step}`);
      document.querySelector("output[for=grid-step]").textContent = `step ${step}`;
    };
    slider.addEventListener("input", () => {
      storage.set("grid step", Number(slider.value) === steps.length - 1 ? null : steps[slider.value]);
      show();
    });
    const kept = storage.get("grid step");
    slider.value = kept === null ? steps.length - 1 : Math.max(0, steps.findLastIndex((step) => step <= kept));
    show();
  }
})();
