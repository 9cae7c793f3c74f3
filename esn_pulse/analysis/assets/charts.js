"use strict";
// Draws the figures of a page: a chart each, and the arrow keys of the map.

const OPTIONS = {
  mode: "vega",
  ast: true, // expressions are interpreted, as pages forbid themselves to evaluate text
  renderer: "svg",
  actions: false,
  defaultStyle: false,
  tooltip: { disableDefaultStyle: true },
};
const drawn = new WeakMap(); // of a figure its view, and what is drawn

// Draws rows into a figure by its chart, and again when they have changed.
async function drawFigure(figure, chart, { rows, signals }) {
  const view = drawn.get(figure)?.view.data("rows", rows) ?? await embed(figure, chart, rows);
  drawn.set(figure, { view, rows, signals });
  Object.entries(signals).forEach(([name, value]) => view.signal(name, value));
  await view.runAsync();
}

async function embed(figure, chart, rows) {
  const data = chart.data.map(set => (set.name === "rows" ? { ...set, values: rows } : set));
  return (await vegaEmbed(figure.querySelector(".chart div"), { ...chart, data }, OPTIONS)).view;
}

// The arrow keys go through the sections on a map, as hovering does with a mouse.
function tellSections(figure) {
  const chart = figure.querySelector(".chart");
  let at = -1;
  const tell = to => {
    const { view, rows, signals } = drawn.get(figure) ?? {};
    if (!view) return;
    const own = rows.filter(row => row.code === signals.chosen);
    const sections = own.length ? own : rows;
    at = to < 0 ? -1 : to % sections.length;
    figure.querySelector(".told").textContent = sections[at]?.told ?? "";
    view.signal("told", sections[at]?.key ?? -1).runAsync();
  };
  chart.addEventListener("blur", () => tell(-1));
  chart.addEventListener("keydown", event => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    tell(Math.max(at + step, 0));
  });
}
