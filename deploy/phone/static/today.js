// Today: how one feels, and how the week was.

import { buttons, card, choice, draw, field, form, make, numbers, submit } from "./elements.js";

const number = (data, name) => (data.get(name) ? Number(data.get(name)) : undefined);

export function checkIn(lists, log) {
  const ends = make("p", { class: "ends" }, make("span", {}, "very bad"), make("span", {}, "very good"));
  const mood = buttons("radio", "mood", "How do you feel right now?", numbers(0, 10), { class: "scale", required: true, below: ends });
  const feelings = lists.feelings.map(([code, words]) => field(words, choice(`feels-${code}`, numbers(0, 10), "–")));
  const symptoms = lists.symptoms.map(([code, words]) => field(words, choice(`count-${code}`, numbers(0, 20), "–")));
  const sleep = make("input", { name: "sleep", type: "number", min: 0, max: 24, step: 0.5, inputmode: "decimal" });
  const more = make("details", {}, make("summary", {}, "Feelings, sleep, symptoms, a note"),
    make("div", { class: "inside" },
      make("fieldset", {}, make("legend", {}, "How strong, 0 to 10"), make("div", { class: "pair" }, feelings)),
      field("Hours of sleep last night", sleep),
      make("fieldset", {}, make("legend", {}, "How often since the last check-in"), make("div", { class: "pair" }, symptoms)),
      field("Note (nobody watches notes)", make("textarea", { name: "note", maxlength: 2000 }))));
  return form("Check in", (data) => {
    const picked = (list, prefix) =>
      Object.fromEntries(list.map(([code]) => [code, number(data, `${prefix}-${code}`)]).filter(([, value]) => value !== undefined));
    const counts = picked(lists.symptoms, "count");
    return log("check-in.v1", {
      mood: Number(data.get("mood")),
      affects: picked(lists.feelings, "feels"),
      symptoms: Object.keys(counts).length ? counts : undefined,
      sleep_hours: number(data, "sleep"),
      note: data.get("note") || undefined,
    });
  }, mood, more, submit("Keep"));
}

const day = (text, form) => new Date(`${text}T12:00:00`).toLocaleDateString("en-GB", form);
const LONG = { weekday: "long", day: "numeric", month: "long" };

/** The week and what was released, as the gateway last told it. */
export function week(summary, nameOf) {
  if (!summary) return card("Your week", make("p", { class: "dim" }, "Not loaded yet: it comes when the phone is online."));
  const stale = summary.stale_since && make("p", { class: "dim" }, `As of ${new Date(summary.stale_since).toLocaleString("en-GB")}; newer reports will follow.`);
  if (!summary.week) return card("Your week", make("p", { class: "dim" }, "No check-in has been read yet."), stale);
  const { first, last, n, mean } = summary.week;
  const reports = n === 1 ? "one report" : `${n} reports`;
  return card("Your week",
    make("p", {}, make("strong", { class: "number" }, mean.toFixed(1)), ` on average, from ${reports}, `,
      `${day(first, { day: "numeric", month: "short" })} to ${day(last, { day: "numeric", month: "short" })}`),
    bars(summary),
    table(summary),
    make("p", {}, trend(summary)),
    links(summary, nameOf),
    stale);
}

function bars({ week: { first }, days }) {
  const known = new Map(days.map((one) => [one.day, one.mean]));
  const start = new Date(`${first}T12:00:00Z`);
  const columns = Array.from({ length: 7 }, (_, at) => {
    const date = new Date(start.getTime() + at * 86_400_000).toISOString().slice(0, 10);
    const x = 24 + at * 42;
    const mean = known.get(date);
    const shape = mean === undefined
      ? draw("line", { class: "none", x1: x + 13, x2: x + 13, y1: 20, y2: 120 })
      : draw("rect", { class: "bar", x, y: 120 - mean * 10 - 2, width: 26, height: mean * 10 + 2, rx: 5 });
    return draw("g", {}, shape, draw("text", { x: x + 13, y: 138, "text-anchor": "middle" }, day(date, { weekday: "short" })));
  });
  const grid = [0, 5, 10].map((mood) => draw("g", {},
    draw("line", { class: "grid", x1: 20, x2: 318, y1: 120 - mood * 10, y2: 120 - mood * 10 }),
    draw("text", { x: 16, y: 124 - mood * 10, "text-anchor": "end" }, String(mood))));
  return draw("svg", { class: "week", viewBox: "0 0 320 146", "aria-hidden": "true", focusable: "false" }, grid, columns);
}

function table({ days }) {
  const rows = days.map((one) => make("li", {}, `${day(one.day, LONG)}: `, make("span", { class: "number" }, one.mean.toFixed(1))));
  return make("details", {}, make("summary", {}, "The days in numbers"), make("ul", {}, rows));
}

function trend({ change }) {
  if (change === null) return "Too little yet to compare it with the weeks before.";
  if (Math.abs(change) < 0.05) return "About the same as the three weeks before.";
  return `${Math.abs(change).toFixed(1)} points ${change > 0 ? "higher" : "lower"} than the three weeks before.`;
}

function links({ links: released, links_released_at: at }, nameOf) {
  if (!released.length) return null;
  const told = released.map((link) => {
    const what = [link.kind ?? link.pattern, link.person && `with ${nameOf(link.person)}`].filter(Boolean).join(" ").replaceAll("_", " ");
    const points = `${Math.abs(link.effect).toFixed(1)} points ${link.effect < 0 ? "lower" : "higher"}`;
    return make("li", {}, make("strong", {}, what), make("span", {}, `Mood was ${points} in the hours after, on average (${link.n} times).`));
  });
  return make("div", { class: "inside" },
    make("h3", {}, "What your therapist shares with you"),
    make("ul", { class: "lines" }, told),
    make("p", { class: "dim" }, `As it stood on ${new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "long" })}. It went along with mood; that does not say why.`));
}
