"use strict";
// Puts the figures of the chosen scope on the page.

const parsed = id => JSON.parse(document.getElementById(id).textContent);
const DATA = Object.fromEntries(Object.entries(parsed("data")).map(([name, table]) => [name, objects(table)]));
const CHARTS = parsed("charts");
const OPTIONS = {
  ast: true, // expressions are interpreted, as the page forbids itself to evaluate text
  renderer: "svg",
  actions: false,
  defaultStyle: false,
  tooltip: { disableDefaultStyle: true },
};
const CODES = new Set(DATA.countries.map(country => country.code));
const select = document.getElementById("country");
const views = {};

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

// The country in the address: #country=TR.
function chosenCode() {
  const code = new URLSearchParams(location.hash.slice(1)).get("country");
  return CODES.has(code) ? code : "";
}

function showTiles(id, tiles) {
  document.getElementById(id).replaceChildren(...tiles.map(([label, value, note]) => {
    const tile = element("div", "");
    tile.append(element("dt", label), element("dd", value, { class: "value" }), element("dd", note, { class: "note" }));
    return tile;
  }));
}

function showTable(table, columns, rows) {
  const cells = Object.values(columns).map(column => (Array.isArray(column) ? column : [column, null]));
  const head = element("tr", "");
  Object.keys(columns).forEach((title, at) => head.append(element("th", title, { scope: "col", class: cells[at][1] && cells[at][1] !== day ? "number" : "text" })));
  const body = rows.map(row => {
    const line = element("tr", "");
    cells.forEach(([name, format], at) => {
      const text = format ? format(row[name]) : row[name];
      line.append(at ? element("td", text, { class: format && format !== day ? "number" : "text" }) : element("th", text, { scope: "row" }));
    });
    return line;
  });
  table.tHead.replaceChildren(head);
  table.tBodies[0].replaceChildren(...body);
}

async function showFigure(name, scope) {
  const { rows: rowsOf, say, none, table, columns } = FIGURES[name];
  const figure = document.getElementById(name);
  const rows = rowsOf(scope);
  const isEmpty = name === "map" ? !rows.some(row => row.chosen) : !rows.length;
  figure.classList.toggle("empty", isEmpty);
  figure.querySelector(".says").textContent = isEmpty ? none(scope) : say(scope, rows).filter(Boolean).join(" ");
  showTable(figure.querySelector("table"), columns, isEmpty ? [] : table ? table(scope, rows) : rows);
  if (!isEmpty) await draw(name, rows, scope);
}

async function embed(name, rows) {
  const chart = CHARTS[name];
  const filled = { ...chart, datasets: { ...chart.datasets, rows } };
  return (await vegaEmbed(`#${name} .chart div`, filled, OPTIONS)).view;
}

async function draw(name, rows, scope) {
  views[name] ??= await embed(name, rows);
  const view = views[name].data("rows", rows);
  if (name === "map") {
    view.signal("seen", { type: "MultiPoint", coordinates: seen(scope) });
    view.signal("most", Math.max(1, ...rows.map(row => row.activities)));
  }
  await view.runAsync();
}

// The arrow keys go through the sections on the map, as hovering does with a mouse.
function tellSections(chart, told) {
  let at = -1;
  const tell = to => {
    const { rows, table } = FIGURES.map;
    const scope = scopeOf(DATA, chosenCode());
    const sections = table(scope, rows(scope));
    at = to < 0 ? -1 : to % sections.length;
    const one = sections[at];
    told.textContent = one ? `${one.section}, ${one.place}: ${count(one.activities, "activity", "activities")}, ${number(one.recent)} of them in the last 365 days, ${count(one.participants, "participant")}` : "";
    views.map?.signal("told", one?.key ?? -1).runAsync();
  };
  chart.addEventListener("blur", () => tell(-1));
  chart.addEventListener("keydown", event => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    tell(Math.max(at + step, 0));
  });
}

async function show() {
  const scope = scopeOf(DATA, chosenCode());
  select.value = scope.code;
  document.getElementById("scope").textContent = scope.network ? "The whole network" : capital(scope.name);
  document.title = `ESN PULSE: ${scope.network ? "the network" : scope.name}`;
  document.body.classList.toggle("one-country", !scope.network);
  showTiles("key-figures", keyFigures(scope));
  showTiles("quality-figures", qualityFigures(scope));
  await Promise.all(Object.keys(FIGURES).map(name => showFigure(name, scope)));
  window.dispatchEvent(new Event("resize")); // a chart that was hidden has no width yet
  document.body.dataset.shown = scope.code || "all";
}

async function begin() {
  DATA.countries.forEach(({ code, name }) => select.append(element("option", capital(name), { value: code })));
  await show();
  select.addEventListener("change", () => {
    const address = select.value ? `#country=${select.value}` : location.href.split("#")[0];
    history.pushState(null, "", address);
    show();
  });
  window.addEventListener("popstate", show);
  tellSections(document.querySelector("#map .chart"), document.querySelector("#map .told"));
  document.querySelector(".skip").addEventListener("click", event => {
    event.preventDefault(); // the address keeps the country
    document.getElementById("main").focus();
  });
}

begin();
