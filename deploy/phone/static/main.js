// Puts the phone together: what is kept, what is shown, and the sender. Everything is written down before it is sent.

import * as database from "./database.js";
import { make } from "./elements.js";
import { cloudEvent } from "./events.js";
import { showHelp } from "./help.js";
import { enrol, lifeEvent, refusedEntries, thisPhone } from "./more.js";
import { interaction, newPerson } from "./people.js";
import { questionnaires } from "./questions.js";
import { Sender } from "./sender.js";
import { checkIn, week } from "./today.js";

const place = (id) => document.getElementById(id);
const phone = { device: null, summary: null, etag: null, contacts: null, people: [], lists: null, refused: [] };

const sender = new Sender({
  device: () => phone.device,
  helped: (answer) => { remember("contacts", { notice: answer.notice, crisis_contacts: answer.crisis_contacts }); openHelp(); },
  told: tellQueue,
});

function say(words) {
  place("said").textContent = words;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { place("said").textContent = ""; }, 5000);
}

function remember(name, value) {
  phone[name] = value;
  return database.keep(name, value);
}

async function log(type, data) {
  await database.add(cloudEvent(phone.device, type, data));
  say("Kept. It is sent as soon as the gateway answers.");
  sender.wake();
}

const openHelp = () => showHelp(place("contacts"), phone.contacts, phone.device ? log : async () => say("Let this phone in first."));

const STATES = {
  offline: (waiting) => `Offline: ${entriesOf(waiting)} safe on this phone.`,
  later: (waiting) => `The gateway asks to wait: ${entriesOf(waiting)} safe on this phone, and tried again soon.`,
  locked: (waiting) => `This phone is no longer let in: ${entriesOf(waiting)} safe here. Sign out, and ask for a new code.`,
  sending: (waiting) => `Sending ${waiting} …`,
  idle: () => "All sent.",
};
const entriesOf = (count) => (count === 1 ? "one entry is" : `${count} entries are`);

let last = "";
function tellQueue({ state, waiting, refused }) {
  const known = phone.refused.length;
  phone.refused = refused;
  place("waiting").textContent = phone.device ? STATES[state](waiting) : "";
  place("waiting").dataset.state = state;
  place("waiting").classList.toggle("held", !["idle", "sending"].includes(state));
  if (refused.length !== known) {
    if (refused.length > known) say("An entry was not taken; see More.");
    if (location.hash === "#more") show();
  }
  if (state === "idle" && last !== "idle") setTimeout(refresh, 1500);
  last = state;
}

async function refresh() {
  if (!phone.device || sender.pretendOffline || !navigator.onLine) return;
  const asked = phone.device;
  const headers = { Authorization: `Bearer ${asked.token}`, ...(phone.etag && { "If-None-Match": phone.etag }) };
  const answer = await fetch("/v1/me/summary", { headers, cache: "no-store" }).catch(() => null);
  const told = answer && [200, 503].includes(answer.status) ? await answer.json().catch(() => null) : null;
  if (told?.crisis_contacts) await remember("contacts", { notice: told.notice, crisis_contacts: told.crisis_contacts });
  if (answer?.status !== 200 || !told) return;
  if (phone.device !== asked) return; // signed out meanwhile: whoever comes next sees nothing of it
  await Promise.all([remember("etag", answer.headers.get("ETag")), remember("summary", told)]);
  const shown = document.querySelector("[data-week]");
  if (shown) shown.replaceChildren(week(told, nameOf));
}

const nameOf = (id) => phone.people.find((one) => one.person_id === id)?.label ?? "somebody";

async function redeem(code) {
  const body = JSON.stringify({ code });
  const answer = await fetch("/v1/devices", { method: "POST", body, headers: { "Content-Type": "application/json" } }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (answer?.status !== 201) {
    say(answer ? told?.detail ?? "The gateway does not answer; try again." : "The gateway cannot be reached; try again.");
    return false;
  }
  await remember("device", told);
  say("This phone is let in.");
  location.hash = "#today";
  show();
  sender.wake();
  refresh();
}

async function leave() {
  const { open } = await sender.waiting();
  const question = open.length ? `${entriesOf(open.length)} not sent yet and will wait for the next code. Sign out?` : "Sign this phone out?";
  if (!confirm(question)) return;
  const headers = { Authorization: `Bearer ${phone.device.token}` };
  const { device_id: left } = phone.device;
  Object.assign(phone, { device: null, summary: null, etag: null, people: [] });
  for (const name of ["device", "summary", "etag", "people"]) await database.forget(name);
  await fetch(`/v1/devices/${left}`, { method: "DELETE", headers }).catch(() => null);
  show();
}

const PARTS = {
  "#today": () => [make("h1", { class: "unseen" }, "Today"), checkIn(phone.lists, log), make("div", { "data-week": true }, week(phone.summary, nameOf))],
  "#people": () => [make("h1", { class: "unseen" }, "People"), interaction(phone.lists, phone.people, log), newPerson(phone.lists, addPerson)],
  "#questions": () => [make("h1", { class: "unseen" }, "Questions"), questionnaires(phone.lists, log)],
  "#more": () => [make("h1", { class: "unseen" }, "More"), refusedEntries(phone.refused, discard), lifeEvent(phone.lists, log),
    thisPhone(phone.device, { offline: sender.pretendOffline, pretend, leave })].filter(Boolean),
};

async function addPerson(person) {
  await log("person.v1", person);
  await remember("people", [...phone.people, person]);
  show();
}

async function discard(entry) {
  await database.settle([entry], []);
  await sender.tell();
  show();
}

function pretend(offline) {
  sender.pretendOffline = offline;
  sender.wake();
}

function show() {
  const part = location.hash in PARTS ? location.hash : "#today";
  place("parts").hidden = !phone.device;
  for (const link of place("parts").children) {
    if (link.hash === part) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  place("main").replaceChildren(...(phone.device ? PARTS[part]() : [make("h1", { class: "unseen" }, "Welcome"), enrol(redeem)]));
}

async function begin() {
  navigator.serviceWorker?.register("worker.js");
  for (const name of ["device", "summary", "etag", "contacts", "people"]) phone[name] = (await database.kept(name)) ?? phone[name];
  phone.lists = await fetch("lists.json").then((answer) => answer.json());
  addEventListener("hashchange", () => { show(); place("main").focus(); scrollTo(0, 0); });
  place("help").addEventListener("click", openHelp);
  show();
  sender.wake();
  await refresh();
  setInterval(refresh, 30_000);
}

begin();
