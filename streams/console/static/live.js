// Keeps the inbox up to date, and shows times in the reader's zone. Pages can be read and used without it.
"use strict";

function showReaderTimes(within) {
  const parts = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
  const thisYear = new Intl.DateTimeFormat("en-GB", parts);
  const otherYear = new Intl.DateTimeFormat("en-GB", { ...parts, year: "numeric" });
  for (const time of within.querySelectorAll("time[data-reader]")) {
    const at = new Date(time.dateTime);
    time.title = time.textContent;
    time.textContent = (at.getFullYear() === new Date().getFullYear() ? thisYear : otherYear).format(at);
    const patient = time.nextElementSibling;
    if (patient && Number(patient.dataset.patientOffset) === -at.getTimezoneOffset()) {
      patient.textContent = "same for the patient";
    }
  }
}

function keepUpToDate(place) {
  const state = document.querySelector("[data-live-state]");
  const announce = document.querySelector("[data-announce]");
  const source = new EventSource(place.dataset.live);
  let running = false;
  let again = false;

  function tell(live) {
    state.hidden = false;
    state.classList.toggle("off", !live);
    state.textContent = live ? "live" : "not live, reconnecting";
  }

  function put(html) {
    const open = [...place.querySelectorAll("details[open]")].map((details) => details.id);
    const focused = document.activeElement?.id || document.activeElement?.closest("details")?.id;
    const before = Number(place.querySelector("[data-count]").dataset.count);
    place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    const target = focused && document.getElementById(focused);
    if (target && place.contains(target)) (target.matches("details") ? target.firstElementChild : target).focus();
    showReaderTimes(place);
    const after = Number(place.querySelector("[data-count]").dataset.count);
    document.title = document.title.replace(/^(\(\d+\) )?/, after ? `(${after}) ` : "");
    if (after !== before) announce.textContent = `${after} open alerts`;
  }

  async function refresh() {
    if (running) { again = true; return; }
    running = true;
    do {
      again = false;
      try {
        const answer = await fetch(place.dataset.list);
        if (answer.status === 401) { source.close(); location.reload(); return; }
        if (answer.ok) put(await answer.text());
        tell(answer.ok);
      } catch { tell(false); }
    } while (again);
    running = false;
  }

  source.addEventListener("changed", refresh);
  source.addEventListener("error", () => tell(false));
}

showReaderTimes(document);
const place = document.querySelector("[data-live]");
if (place) keepUpToDate(place);
