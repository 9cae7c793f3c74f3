"use strict";
// The figures of the page: their rows, the sentence that sums them up, and their table's columns.

const nationally = ({ network }, value) => `${network ? "National organisations" : "The national organisation"} organised ${value ? `${number(value)} of them, alone or with sections` : "none of them"}.`;
const byActivities = (one, other) => other.activities - one.activities || one.section.localeCompare(other.section);

const FIGURES = {
  map: {
    rows: mapped,
    say: (scope, rows) => {
      const shown = rows.filter(row => row.chosen);
      const active = shown.filter(row => row.recent > 0).length;
      const unplaced = scope.sections.length - placed(scope.sections).length;
      const outside = scope.network ? placed(scope.sections).filter(row => !inPicture(row)) : [];
      const where = [...new Set(outside.map(row => scope.names[row.code] ?? "no country"))].sort();
      return [
        `${count(shown.length, "section")} of ${scope.name}, ${active === shown.length ? "all" : number(active)} of them with an activity in the last 365 days.`,
        outside.length ? `${count(outside.length, "section lies", "sections lie")} too far away for this picture (${where.join(", ")}): choose the country to see more.` : "",
        unplaced ? `${count(unplaced, "section has", "sections have")} no known coordinates and ${unplaced === 1 ? "is" : "are"} not on the map.` : "",
      ];
    },
    none: scope => `No section of ${scope.name} with known coordinates is stored, so there is no map.`,
    table: (scope, rows) => rows.filter(row => row.chosen).reverse().sort(byActivities),
    columns: { Section: "section", City: "place", Activities: ["activities", number], "… last 365 days": ["recent", number], Participants: ["participants", number] },
  },
  activities: {
    rows: byMonth,
    say: (scope, rows) => {
      const best = largest(rows, "activities");
      return [
        `${count(sum(rows, "activities"), "activity", "activities")} from ${rows[0].label} to ${rows.at(-1).label}.`,
        nationally(scope, sum(rows, "national")),
        `The busiest month was ${best.label} with ${number(best.activities)}. The last month is still running.`,
      ];
    },
    none: scope => `No activity of ${scope.name} is stored yet.`,
    columns: { Month: "label", Activities: ["activities", number], "… online": ["online", number], "… national": ["national", number] },
  },
  participants: {
    rows: byMonth,
    say: (scope, rows) => {
      const { recent, recent_known: known, recent_participants: people } = scope.figures;
      const best = largest(rows, "participants");
      return [
        `${count(sum(rows, "participants"), "participant")} in the same time; the most in a month were ${number(best.participants)}, in ${best.label}.`,
        known ? `In the last 365 days an activity had ${number(Math.round(people / known))} on average; how many came is known of ${percent(known / recent)} of the activities.` : "",
      ];
    },
    none: scope => `No activity of ${scope.name} is stored yet, and so no participant.`,
    columns: { Month: "label", Participants: ["participants", number] },
  },
  formats: {
    rows: byQuarter,
    say: (scope, rows) => {
      const best = largest(rows, "share");
      const { recent, recent_online: online } = scope.figures;
      if (!best.share) return ["None of the activities was online."];
      return [
        recent ? `${percent(online / recent)} of the activities of the last 365 days were online.` : "There were no activities in the last 365 days.",
        `The largest share was ${best.percent} in ${best.label} (${number(best.online)} of ${number(best.activities)}).`,
      ];
    },
    none: scope => `No activity of ${scope.name} is stored yet, online or not.`,
    columns: { Quarter: "label", Online: ["online", number], "On site": ["physical", number], "Share online": "percent" },
  },
  types: sharesFigure("types", "type"),
  causes: sharesFigure("causes", "cause"),
  goals: sharesFigure("goals", "goal"),
  sections: {
    rows: busiest,
    say: (scope, rows) => [
      `${rows[0].section} comes first with ${count(rows[0].recent, "activity", "activities")} in the last 365 days.`,
      scope.sections.length > scope.active.length ? `${count(scope.sections.length - scope.active.length, "section")} of ${scope.name} had none.` : "",
    ],
    none: scope => `No section of ${scope.name} had an activity in the last 365 days.`,
    columns: { Section: "name", Activities: ["recent", number], Participants: ["recent_participants", number], "Last activity": ["last", day] },
  },
  countries: {
    rows: ranked,
    say: (scope, rows) => {
      const own = rows.find(row => row.code === scope.code);
      const idle = rows.filter(row => !row.recent).length;
      if (own) return [
        `${own.name} is number ${own.rank} of ${count(rows.length, "country", "countries")}, with ${count(own.recent, "activity", "activities")} in the last 365 days.`,
        own.recent ? nationally(scope, own.recent_national) : "",
      ];
      return [
        `${rows[0].name} comes first with ${count(rows[0].recent, "activity", "activities")} in the last 365 days.`,
        idle ? `${count(idle, "country", "countries")} had none.` : "",
      ];
    },
    none: () => "No country is stored yet.",
    columns: { Country: "name", Sections: ["sections", number], Activities: ["recent", number], "… national": ["recent_national", number], Participants: ["recent_participants", number] },
  },
  freshness: {
    rows: freshness,
    say: (scope, rows) => [`${number(rows[0].sections)} of ${count(scope.sections.length, "section")} were read within a week before this report was made.`],
    none: () => "No section is stored yet.",
    columns: { "Last read": "name", Sections: ["sections", number] },
  },
  history: {
    rows: scope => (scope.history.length > 1 ? scope.history.map(row => ({ ...row, label: day(row.day), day: Date.parse(row.day) })) : []),
    say: (scope, rows) => {
      const [first, last] = [rows[0], rows.at(-1)];
      return [`From ${first.label} to ${last.label} the total grew from ${number(first.activities)} to ${number(last.activities)} activities, of ${count(last.sections, "section")}.`];
    },
    none: scope => (scope.history.length
      ? `The totals are kept since ${day(scope.history[0].day)}. That is one day only, so there is no growth to draw yet: it begins with the next week's run.`
      : `No totals of ${scope.name} are kept yet.`),
    columns: { Day: "label", Activities: ["activities", number], Sections: ["sections", number] },
  },
};

function sharesFigure(kind, one) {
  return {
    rows: scope => shares(scope, kind),
    say: (scope, rows) => {
      const [first, second] = [...rows].sort((a, b) => b.share - a.share);
      const named = row => (row.order ? `goal ${row.name}` : row.name);
      const behind = rows.reduce((least, row) => (row.gap < least.gap ? row : least));
      const outdated = kind === "types" ? scope.figures.recent_outdated : 0;
      return [
        `Most often: ${[first, second].filter(Boolean).map(row => `${named(row)} (${row.figure})`).join(", then ")}.`,
        !scope.network && behind.gap < -0.005 ? `Furthest behind the network: ${named(behind)}, ${behind.figure} against ${behind.usual}.` : "",
        `An activity may have more than one ${one}.`,
        outdated ? `${count(outdated, "activity counts", "activities count")} as having none until ${outdated === 1 ? "its page is" : "their pages are"} read again.` : "",
      ];
    },
    none: scope => `No activity of ${scope.name} in the last 365 days is known to have a ${one}.`,
    columns: { [capital(one)]: "name", Share: "figure", "Whole network": "usual" },
  };
}

// Figures in large type: what they are, the value, and what to make of it.
function keyFigures(scope) {
  const { activities, national, recent_national, upcoming, participants, recent, earlier, recent_participants, earlier_participants } = scope.figures;
  const active = scope.data.figures.filter(({ code, recent }) => code && recent);
  const place = scope.network ? null : ranked(scope).find(row => row.chosen);
  return [
    ["Sections", number(scope.sections.length), `${number(scope.active.length)} with an activity in the last 365 days`],
    ["Activities", number(activities), `${number(recent)} in the last 365 days, ${comparison(recent, earlier)}${upcoming ? `; ${number(upcoming)} still to come` : ""}`],
    ["National activities", number(national), `${number(recent_national)} in the last 365 days; organised by ${scope.network ? "a" : "the"} national organisation, alone or with sections`],
    ["Participants", number(participants), `${number(recent_participants)} in the last 365 days, ${comparison(recent_participants, earlier_participants)}`],
    place
      ? ["Place in the network", `${number(place.rank)} of ${number(scope.data.countries.length)}`, "by activities in the last 365 days"]
      : ["Countries", number(scope.data.countries.length), `${number(active.length)} with an activity in the last 365 days`],
  ];
}

function qualityFigures(scope) {
  const { organisers } = scope;
  const counted = organisers.filter(organiser => organiser.own_count !== null);
  const stored = rows => sum(rows, "stored") - sum(rows, "removed");
  const valid = sum(organisers, "valid");
  const said = share => (share === null ? "–" : percent(share));
  return [
    ["Complete", said(divided(stored(counted), sum(counted, "own_count"))), "stored activities in those that sections and national organisations count themselves"],
    ["Valid", said(divided(valid, stored(organisers))), "activities that break no rule; the others are left out here"],
    ["With participants", said(divided(valid - sum(organisers, "without_participants"), valid)), "activities with a number, or still to come"],
    ["With a cause", said(divided(valid - sum(organisers, "without_causes"), valid)), "activities with at least one cause"],
    ["Broken fields", number(sum(organisers, "open_errors")), "on the organisers' pages, to be corrected there"],
    ["Unread pages", number(sum(organisers, "open_failures")), "to be asked for again by the next run"],
  ];
}
