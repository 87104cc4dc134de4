// Help: the crisis contacts, kept on the phone so that they show offline, and two buttons that reach the care team.

import { make } from "./elements.js";

const FALLBACK = {
  notice: "This is no emergency service. If you are in danger now, call the emergency number of your country.",
  crisis_contacts: [],
};

export function showHelp(dialog, contacts, log) {
  const { notice, crisis_contacts: all } = contacts ?? FALLBACK;
  const ask = (kind) => async () => {
    await log("safety.v1", { kind });
    dialog.close();
  };
  dialog.replaceChildren(
    make("h2", { id: "contacts-title", tabindex: -1, autofocus: true }, "Help now"),
    make("p", {}, notice),
    ...all.map((one) => make("p", { class: "contact" }, make("strong", {}, one.name), make("span", {}, one.how), make("span", { class: "dim" }, one.when))),
    make("button", { type: "button", class: "button grave", onclick: ask("crisis") }, "I am in a crisis: tell the care team"),
    make("button", { type: "button", class: "button", onclick: ask("wants_contact") }, "I would like to be contacted"),
    make("button", { type: "button", class: "button strong", onclick: () => dialog.close() }, "Back"),
  );
  if (!dialog.open) dialog.showModal();
}
