// Draws a figure with plotly.js, and gives it as SVG without pixels wherever it has vectors.
(() => {
  const axisOf = (layout, id) => layout[id[0] + 'axis' + id.slice(1)];

  // Scatter matrices are WebGL. Drawn once, they tell where their panels are; then each panel is plain points.
  function panels(figure, drawn) {
    const full = drawn._fullLayout;
    const layout = structuredClone(figure.layout);
    delete layout.grid;
    const data = [];
    figure.data.forEach((trace, index) => {
      if (trace.type !== 'splom') { data.push(trace); return; }
      const { dimensions, xaxes, yaxes } = drawn._fullData[index];
      const shown = (row, column) => row === column
        ? trace.diagonal?.visible !== false
        : row > column ? trace.showlowerhalf !== false : trace.showupperhalf !== false;
      let first = true;
      dimensions.forEach((vertical, row) => dimensions.forEach((horizontal, column) => {
        if (!shown(row, column)) return;
        for (const [id, dimension] of [[xaxes[column], horizontal], [yaxes[row], vertical]]) {
          const { domain, range, type, side, anchor, position } = axisOf(full, id);
          const key = id[0] + 'axis' + id.slice(1);
          const given = layout[key] || {};
          const title = { ...given.title, text: given.title?.text || dimension.label };
          layout[key] = { ...given, domain, range, type, side, anchor, position, title, autorange: false };
        }
        data.push({
          type: 'scatter', mode: 'markers', name: trace.name, marker: trace.marker, legend: trace.legend,
          x: horizontal.values, y: vertical.values, xaxis: xaxes[column], yaxis: yaxes[row],
          showlegend: first && trace.showlegend !== false, legendgroup: trace.name,
        });
        first = false;
      }));
    });
    return { data, layout };
  }

  const scratch = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

  // Red, green, blue (0 to 255) and opacity of any colour that CSS knows.
  function parse(color) {
    scratch.fillStyle = '#000';
    scratch.fillStyle = color;
    const text = scratch.fillStyle;
    if (text[0] === '#') return [1, 3, 5].map(at => parseInt(text.slice(at, at + 2), 16)).concat(1);
    return text.match(/[\d.]+/g).map(Number);
  }

  // A colour scale as a function of the value.
  function scaleOf(trace, layout) {
    const { colorscale, zmin, zmax, cmin, cmax, reversescale } = trace.coloraxis ? layout[trace.coloraxis] : trace;
    const [low, high] = [zmin ?? cmin, zmax ?? cmax];
    const stops = colorscale.map(([share, color]) => [reversescale ? 1 - share : share, parse(color)]);
    stops.sort((a, b) => a[0] - b[0]);
    return value => {
      const share = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5;
      let above = stops.findIndex(([stop]) => stop >= share);
      if (above < 0) above = stops.length - 1;
      const [to, upper] = stops[above];
      const [from, lower] = stops[Math.max(above - 1, 0)];
      const rest = to > from ? (share - from) / (to - from) : 1;
      return css(lower.map((part, at) => part + rest * (upper[at] - part)));
    };
  }

  const css = ([red, green, blue, alpha = 1]) => {
    const parts = [red, green, blue].map(part => Math.round(part));
    return alpha < 1 ? `rgba(${parts},${alpha})` : '#' + parts.map(part => part.toString(16).padStart(2, '0')).join('');
  };

  // Rectangles between these edges, all of one colour as one path. Neighbours overlap by a hair, as viewers would show
  // the seams between them; where the trace asks for gaps, it gets them.
  function bricks(group, xs, ys, colorAt, xgap = 0, ygap = 0) {
    const paths = new Map();
    const short = number => +number.toFixed(2);
    for (let row = 0; row + 1 < ys.length; row++) {
      const [top, bottom] = [Math.min(ys[row], ys[row + 1]), Math.max(ys[row], ys[row + 1])];
      for (let column = 0; column + 1 < xs.length; column++) {
        const color = colorAt(row, column);
        if (!color) continue;
        let end = column + 1;
        if (!xgap) while (end + 1 < xs.length && colorAt(row, end) === color) end++;
        const [left, right] = [Math.min(xs[column], xs[end]), Math.max(xs[column], xs[end])];
        column = end - 1;
        const [x, y] = [left + xgap / 2, top + ygap / 2];
        const width = right - left - xgap + (xgap ? 0 : 0.3), height = bottom - top - ygap + (ygap ? 0 : 0.3);
        if (width <= 0 || height <= 0) continue;
        const brick = `M${short(x)},${short(y)}h${short(width)}v${short(height)}h${-short(width)}z`;
        paths.set(color, (paths.get(color) || '') + brick);
      }
    }
    for (const [color, shape] of paths) {
      const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      path.setAttribute('d', shape);
      path.style.fill = color;
      path.style.stroke = 'none';
      group.append(path);
    }
  }

  // Heat maps and pictures of numbers come as images; their numbers give the same as paths.
  async function vectors(drawn) {
    const layout = drawn._fullLayout;
    for (const image of drawn.querySelectorAll('g.hm image, g.im image')) {
      const data = image.closest('g.hm, g.im').__data__;
      const trace = data?.[0]?.trace;
      if (!trace) continue;
      const { x, y, z, x0, y0 } = data[0];
      const [horizontal, vertical] = [axisOf(layout, trace.xaxis || 'x'), axisOf(layout, trace.yaxis || 'y')];
      const group = document.createElementNS('http://www.w3.org/2000/svg', 'g');
      group.style.opacity = trace.opacity ?? 1;
      image.before(group);
      const pixels = (axis, edges) => Array.from(edges, edge => axis.c2p(edge));
      if (trace.type === 'heatmap' && !trace.zsmooth && x.length === z[0].length + 1 && y.length === z.length + 1) {
        const color = scaleOf(trace, layout);
        const at = (row, column) => Number.isFinite(z[row][column] ?? NaN) ? color(z[row][column]) : null;
        bricks(group, pixels(horizontal, x), pixels(vertical, y), at, trace.xgap, trace.ygap);
      } else if (trace.type === 'image' && trace._hasZ && /^rgb/.test(trace.colormodel)) {
        const edges = (start, step, count) => Array.from({ length: count + 1 }, (_, at) => start + at * step);
        const [columns, rows] = [edges(x0, trace.dx, z[0].length), edges(y0, trace.dy, z.length)];
        bricks(group, pixels(horizontal, columns), pixels(vertical, rows), (row, column) => css(z[row][column]));
      } else {
        await sampled(group, image);
      }
      image.remove();
    }
  }

  // What is smoothed between its numbers: rectangles of two pixels, taken from the drawn image.
  async function sampled(group, image) {
    const [left, top, width, height] = ['x', 'y', 'width', 'height'].map(name => +image.getAttribute(name));
    const picture = new Image();
    picture.src = image.getAttribute('href') || image.getAttributeNS('http://www.w3.org/1999/xlink', 'href');
    await picture.decode();
    const [columns, rows] = [Math.max(1, Math.round(width / 2)), Math.max(1, Math.round(height / 2))];
    Object.assign(scratch.canvas, { width: columns, height: rows });
    scratch.drawImage(picture, 0, 0, columns, rows);
    const { data } = scratch.getImageData(0, 0, columns, rows);
    const edges = (start, length, count) => Array.from({ length: count + 1 }, (_, at) => start + at * length / count);
    bricks(group, edges(left, width, columns), edges(top, height, rows), (row, column) => {
      const at = 4 * (row * columns + column);
      return data[at + 3] ? css([data[at], data[at + 1], data[at + 2], +(data[at + 3] / 255).toFixed(2)]) : null;
    });
  }

  window.gradusDraw = async (figure, glPixels) => {
    const config = { staticPlot: true, plotGlPixelRatio: glPixels };
    const place = document.createElement('div');
    document.body.append(place);
    try {
      if (figure.data.some(trace => trace.type === 'splom')) {
        await Plotly.newPlot(place, structuredClone(figure.data), structuredClone(figure.layout), config);
        figure = panels(figure, place);
        Plotly.purge(place);
      }
      await Plotly.newPlot(place, figure.data, figure.layout, config);
      const delay = Plotly.Snapshot.getDelay(place._fullLayout);
      if (delay) {
        Plotly.Snapshot.getRedrawFunc(place)();
        await new Promise(done => setTimeout(done, delay));
      }
      await vectors(place);
      return Plotly.Snapshot.toSVG(place, 'svg', 1);
    } finally {
      Plotly.purge(place);
      place.remove();
    }
  };
})()
