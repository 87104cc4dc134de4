// People: whom one met, what happened, how it felt. Names stay on this phone and, sealed, with the care team.

import { buttons, choice, field, form, make, numbers, submit } from "./elements.js";

export function interaction(lists, people, log) {
  if (!people.length) return make("section", { class: "card" }, make("h2", {}, "What happened"), make("p", { class: "dim" }, "Add somebody below first."));
  const ends = make("p", { class: "ends" }, make("span", {}, "very unpleasant"), make("span", {}, "very pleasant"));
  return form("What happened", (data) => log("interaction.v1", {
    person_id: data.get("person"),
    kind: data.get("kind"),
    valence: Number(data.get("valence")),
    patterns: data.getAll("patterns"),
    note: data.get("note") || undefined,
  }),
    field("With whom?", choice("person", people.map((one) => [one.person_id, one.label]))),
    field("What was it?", choice("kind", lists.kinds)),
    buttons("radio", "valence", "How did it feel?", numbers(-3, 3), { class: "scale seven", required: true, below: ends }),
    make("details", {}, make("summary", {}, "How you spoke with each other, a note"),
      make("div", { class: "inside" },
        buttons("checkbox", "patterns", "Any of these?", lists.patterns),
        field("Note (nobody watches notes)", make("textarea", { name: "note", maxlength: 2000 })))),
    submit("Keep"));
}

export function newPerson(lists, added) {
  const name = make("input", { name: "label", required: true, maxlength: 80, autocomplete: "off" });
  return form("Somebody new", (data) => added({
    person_id: `person-${crypto.randomUUID().slice(0, 8)}`,
    label: data.get("label"),
    relation: data.get("relation") || undefined,
    ring: Number(data.get("ring")),
  }),
    field("What do you call them?", name),
    make("div", { class: "pair" },
      field("They are my", choice("relation", lists.relations, "–")),
      field("How close?", choice("ring", [["1", "1, innermost"], ["2", "2"], ["3", "3"], ["4", "4, outermost"]]))),
    submit("Add"));
}
