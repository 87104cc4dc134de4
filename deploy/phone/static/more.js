// More: life events, what waits or was refused, and this phone itself.

import { card, choice, field, form, make, submit } from "./elements.js";
import { localTime } from "./events.js";

const TYPES = {
  "check-in.v1": "Check-in", "interaction.v1": "Something that happened", "questionnaire.v1": "Questionnaire",
  "life-event.v1": "Life event", "safety.v1": "Help button", "person.v1": "Somebody new",
};

export function lifeEvent(lists, log) {
  const on = make("input", { name: "date", type: "date", required: true, max: localTime().slice(0, 10) });
  return form("A change in life", (data) => log("life-event.v1", {
    kind: data.get("kind"), date: data.get("date"), note: data.get("note") || undefined,
  }),
    field("What?", choice("kind", lists.life_events)),
    field("When?", on),
    field("Note (nobody watches notes)", make("textarea", { name: "note", maxlength: 2000 })),
    submit("Keep"));
}

/** Never what was said, only what kind of entry it was: somebody may look over the shoulder. */
export function refusedEntries(refused, discard) {
  if (!refused.length) return null;
  const lines = refused.map((entry) => make("li", {},
    make("strong", {}, `${TYPES[entry.event.type] ?? entry.event.type}, ${new Date(entry.event.time).toLocaleString("en-GB")}`),
    make("span", { class: "reason" }, entry.refused),
    make("button", { type: "button", class: "button", onclick: () => discard(entry) }, "Discard")));
  return card("Not taken", make("p", { class: "dim" }, "The gateway could not use these; they stay here until you discard them."), make("ul", { class: "lines" }, lines));
}

export function thisPhone(device, { offline, pretend, leave }) {
  const toggle = make("input", { type: "checkbox", id: "offline", checked: offline, onchange: (event) => pretend(event.target.checked) });
  return card("This phone",
    make("dl", {}, make("dt", {}, "Patient"), make("dd", {}, device.subject), make("dt", {}, "Device"), make("dd", {}, device.device_id.slice(0, 8))),
    make("p", { class: "switch" }, toggle, make("label", { for: "offline" }, "Pretend to be offline")),
    make("button", { type: "button", class: "button", onclick: leave }, "Sign this phone out"));
}

export function enrol(redeem) {
  const code = make("input", { name: "code", required: true, maxlength: 64, autocomplete: "one-time-code", autocapitalize: "characters", spellcheck: "false", placeholder: "XXXX-XXXX-XXXX-XXXX" });
  return form("Let this phone in", (data) => redeem(data.get("code")),
    make("p", {}, "Type the code that the care team gave you. For this demonstration, a terminal gives one: ", make("code", {}, "ipt-pulse enrol p-try"), "."),
    field("Code", code), submit("Let it in"));
}
