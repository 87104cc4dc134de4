// Questionnaires by key and our own labels: the wording of the questions belongs to their authors, and is not here.

import { buttons, choice, field, form, make, numbers, submit } from "./elements.js";

export function questionnaires(lists, log) {
  const place = make("div", { class: "items" });
  const which = choice("instrument", lists.questionnaires.map((one) => [one.name, one.name]));
  const show = () => place.replaceChildren(...items(lists.questionnaires.find((one) => one.name === which.value)));
  which.addEventListener("change", show);
  const whole = form("A questionnaire", (data) => {
    const answers = [...data].filter(([name, value]) => name.startsWith("item-") && value !== "");
    if (!answers.length) return false;
    return log("questionnaire.v1", {
      instrument: data.get("instrument"),
      items: Object.fromEntries(answers.map(([name, value]) => [name.slice(5), Number(value)])),
    });
  }, field("Which one?", which), place, submit("Keep"));
  whole.addEventListener("reset", () => setTimeout(show));
  show();
  return whole;
}

function items({ days, maximum, items: all }) {
  const told = make("p", { class: "dim" }, `The last ${days} days. 0 is none, ${maximum} is most; what is left open stays unanswered.`);
  return [told, ...all.map(([key, label]) =>
    buttons("radio", `item-${key}`, `${key}. ${label}`, numbers(0, maximum), { class: "scale four" }))];
}
