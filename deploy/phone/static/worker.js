// Keeps the page itself on the phone, so that it opens offline. What is asked of the gateway is never touched.

const NAME = "ipt-pulse-phone";
const SHELL = [
  "./", "phone.css", "icon.svg", "lists.json", "main.js", "database.js", "elements.js", "events.js", "help.js", "more.js",
  "people.js", "questions.js", "sender.js", "today.js",
];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || url.pathname.startsWith("/v1/")) return;
  event.respondWith(fresh(event.request));
});

/** From the server, for then it is the newest; offline, as it was last seen. */
async function fresh(request) {
  const cache = await caches.open(NAME);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch {
    return (await cache.match(request, { ignoreSearch: true })) ?? Response.error();
  }
}
