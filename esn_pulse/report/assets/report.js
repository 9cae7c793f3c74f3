// Puts the figures of the chosen country on the page, or those of the network.

const parsed = id => JSON.parse(document.getElementById(id).textContent);
const { scopes: SCOPES, columns: COLUMNS } = parsed("data");
const CHARTS = parsed("charts");
const select = document.getElementById("country");

function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

// Rows of cells, of columns that are kept once for all countries.
function unpacked(columns) {
  const [first = []] = columns.map(at => COLUMNS[at]);
  return first.map((_, row) => columns.map(at => COLUMNS[at][row]));
}

// The country in the address: #country=TR.
function chosenCode() {
  const code = new URLSearchParams(location.hash.slice(1)).get("country");
  return code && Object.hasOwn(SCOPES, code) ? code : "";
}

function showTiles(id, tiles) {
  document.getElementById(id).replaceChildren(...tiles.map(([label, value, note]) => {
    const tile = element("div", "");
    tile.append(element("dt", label), element("dd", value, "value"), element("dd", note, "note"));
    return tile;
  }));
}

function showLegend(legend, entries) {
  legend.hidden = !entries.length;
  legend.replaceChildren(...entries.map(([mark, text]) => {
    const entry = element("span", "", mark);
    entry.append(element("i", ""), text);
    return entry;
  }));
}

function showTable(details, titles, rows) {
  details.hidden = !rows.length;
  const line = cells => {
    const made = element("tr", "");
    made.append(...cells);
    return made;
  };
  const cell = (name, scope, text, at) => {
    const made = element(name, text, titles[at][1] ? "number" : "");
    if (scope) made.scope = scope;
    return made;
  };
  const table = details.querySelector("table");
  table.tHead.replaceChildren(line(titles.map(([title], at) => cell("th", "col", title, at))));
  table.tBodies[0].replaceChildren(...rows.map(row => line(row.map((text, at) => (at ? cell("td", "", text, at) : cell("th", "row", text, at))))));
}

async function showFigure([name, { says, names, rows, signals, legend, titles, table }]) {
  const figure = document.getElementById(name);
  figure.classList.toggle("empty", !rows.length);
  figure.querySelector(".says").textContent = says;
  showLegend(figure.querySelector(".legend"), legend);
  showTable(figure.querySelector("details"), titles, unpacked(table));
  if (!rows.length) return;
  const named = unpacked(rows).map(row => Object.fromEntries(names.map((key, at) => [key, row[at]])));
  await drawFigure(figure, CHARTS[name], { rows: named, signals });
}

async function show() {
  const code = chosenCode();
  const { name, title, tiles, figures } = SCOPES[code];
  select.value = code;
  document.getElementById("scope").textContent = name;
  document.title = title;
  Object.entries(tiles).forEach(([id, shown]) => showTiles(id, shown));
  await Promise.all(Object.entries(figures).map(showFigure));
  window.dispatchEvent(new Event("resize")); // a chart that was hidden has no width yet
  document.body.dataset.shown = code || "all";
}

async function begin() {
  await show();
  select.addEventListener("change", () => {
    const address = select.value ? `#country=${select.value}` : location.href.split("#")[0];
    history.pushState(null, "", address);
    show();
  });
  window.addEventListener("popstate", show);
  tellSections(document.getElementById("map"));
  document.querySelector(".skip").addEventListener("click", event => {
    event.preventDefault(); // the address keeps the country
    document.getElementById("main").focus();
  });
}

begin();
