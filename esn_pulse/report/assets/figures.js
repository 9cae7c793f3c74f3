"use strict";
// What the figures say of a scope: the whole network, or one country. Nothing here touches the page.

const WORDS = new Intl.NumberFormat("en-GB");
const MONTH = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });
const EUROPE = [[-24, 65], [-9.5, 36.5], [34, 34], [50, 40], [26, 71.2]];
const MONTHS_SHOWN = 60;
const QUARTERS_SHOWN = 40;
const SECTIONS_SHOWN = 20;

const number = value => WORDS.format(value ?? 0);
const percent = share => {
  const rounded = Math.round(share * 100);
  const said = rounded === 0 && share > 0 ? "< 1" : rounded === 100 && share < 1 ? "> 99" : number(rounded);
  return `${said}\u00a0%`;
};
const count = (value, one, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`;
const sum = (rows, name) => rows.reduce((total, row) => total + (row[name] ?? 0), 0);
const divided = (part, whole) => (whole ? part / whole : null);
const largest = (rows, name) => rows.reduce((best, row) => (row[name] > best[name] ? row : best));
const day = text => DAY.format(new Date(text));
const capital = text => text.charAt(0).toUpperCase() + text.slice(1);
const quarter = time => `Q${Math.floor(new Date(time).getUTCMonth() / 3) + 1} ${new Date(time).getUTCFullYear()}`;

function objects({ columns, rows }) {
  return rows.map(row => Object.fromEntries(columns.map((column, at) => [column, row[at]])));
}

function scopeOf(data, code) {
  const own = rows => rows.filter(row => row.code === code);
  const network = code === "";
  const names = Object.fromEntries(data.countries.map(country => [country.code, country.name]));
  const sections = network ? data.sections : own(data.sections);
  return {
    data, code, names, network, sections,
    organisers: [...sections, ...(network ? data.organisations : own(data.organisations))],
    name: network ? "the network" : names[code],
    today: new Date(data.made[0].today),
    figures: own(data.figures)[0] ?? { activities: 0, national: 0, recent: 0, upcoming: 0 },
    active: sections.filter(section => section.recent > 0),
    months: own(data.months),
    history: own(data.history),
  };
}

// So many months or quarters up to the running one, without gaps, from the network's first on.
function periods(scope, months, atMost) {
  const step = date => Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / months);
  const dated = scope.months.map(row => ({ ...row, step: step(new Date(row.month)) }));
  if (!dated.length) return [];
  const first = Math.min(...scope.data.months.map(row => step(new Date(row.month))));
  const last = step(scope.today);
  const found = [];
  for (let at = Math.max(first, last - atMost + 1); at <= last; at++) {
    const inside = dated.filter(row => row.step === at);
    found.push({
      time: Date.UTC(Math.floor((at * months) / 12), (at * months) % 12),
      activities: sum(inside, "activities"),
      online: sum(inside, "online"),
      national: sum(inside, "national"),
      participants: sum(inside, "participants"),
      running: at === last,
    });
  }
  return found;
}

function byMonth(scope) {
  return periods(scope, 1, MONTHS_SHOWN).map(row => ({ ...row, month: row.time, label: MONTH.format(row.time) }));
}

function byQuarter(scope) {
  return periods(scope, 3, QUARTERS_SHOWN).map(row => {
    const share = divided(row.online, row.activities);
    return {
      ...row, share, whole: share === null ? null : 1, quarter: row.time, label: quarter(row.time),
      physical: row.activities - row.online, percent: share === null ? "–" : percent(share),
    };
  });
}

// Shares of the activities of the last 365 days; those of a country beside those of the network.
function shares(scope, kind) {
  const counted = code => {
    const whole = scope.data.figures.find(row => row.code === code)?.recent;
    const rows = scope.data[kind].filter(row => row.code === code);
    return name => divided(rows.find(row => row.name === name)?.activities ?? 0, whole);
  };
  const [own, network] = [counted(scope.code), counted("")];
  if (!scope.figures.recent) return [];
  return scope.data[kind]
    .filter(row => row.code === "")
    .map(({ name, number: order }) => {
      const [share, other] = [own(name), network(name)];
      return { name, order, share, network: other, compared: !scope.network, figure: percent(share), usual: percent(other), gap: share - other };
    })
    .sort((one, other) => (one.order ?? 0) - (other.order ?? 0) || other.share - one.share)
    .map(numbered);
}

const numbered = (row, key) => ({ ...row, key });

const placed = sections => sections.filter(section => section.latitude !== null && section.longitude !== null);
const inPicture = row => row.longitude > -25 && row.longitude < 80 && row.latitude > 33 && row.latitude < 72;

// The map of the network leaves islands out that lie far from Europe, and says so.
function mapped(scope) {
  return placed(scope.data.sections)
    .filter(section => !scope.network || inPicture(section))
    .map(section => ({ ...section, place: section.place ?? "not known", chosen: scope.network || section.code === scope.code }))
    .sort((one, other) => one.chosen - other.chosen || other.activities - one.activities)
    .map(numbered);
}

// The corners of what the map shows: Europe, or a country's sections with some land around them.
function seen(scope) {
  const points = mapped(scope).filter(row => row.chosen);
  if (scope.network || !points.length) return [...EUROPE, ...points.flatMap(around)];
  const [west, east] = reach(points.map(row => row.longitude), 4);
  const [south, north] = reach(points.map(row => row.latitude), 3);
  return [[west, south], [west, north], [east, south], [east, north]];
}

const around = ({ longitude, latitude }) => [[longitude - 2, latitude - 1], [longitude + 2, latitude + 1]];

function reach(values, atLeast) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = Math.max((high - low) * 0.15, atLeast - (high - low) / 2);
  return [low - margin, high + margin];
}

function ranked(scope) {
  const total = code => scope.data.figures.find(row => row.code === code) ?? { recent: 0 };
  return scope.data.countries
    .map(({ code, name }) => ({ ...total(code), code, name, sections: scope.data.sections.filter(section => section.code === code).length }))
    .sort((one, other) => other.recent - one.recent || (other.recent_participants ?? 0) - (one.recent_participants ?? 0))
    .map((row, at) => ({
      ...row, name: capital(row.name), rank: at + 1, activities: row.recent, figure: number(row.recent),
      chosen: scope.network || row.code === scope.code,
    }));
}

function busiest(scope) {
  return scope.active.slice(0, SECTIONS_SHOWN).map((section, key) => ({
    ...section, key, activities: section.recent, figure: number(section.recent),
    name: scope.network ? `${section.section} · ${capital(scope.names[section.code] ?? "no country")}` : section.section,
  }));
}

function freshness(scope) {
  const words = { "this week": "Read this week", "this month": "Read this month", older: "Read longer ago", never: "Never read" };
  if (!scope.sections.length) return [];
  return Object.entries(words).map(([value, name], key) => {
    const sections = scope.sections.filter(section => section.freshness === value).length;
    return { key, name, sections, figure: `${number(sections)} (${percent(sections / scope.sections.length)})` };
  });
}

function comparison(recent, earlier) {
  if (!earlier) return recent ? "none in the year before" : "none in the year before either";
  const change = (recent ?? 0) / earlier - 1;
  if (Math.abs(change) < 0.005) return "as many as in the year before";
  if (change >= 1) return `${number(Math.round((recent / earlier) * 10) / 10)} times as many as in the year before`;
  return `${percent(Math.abs(change))} ${change > 0 ? "more" : "fewer"} than in the year before`;
}
