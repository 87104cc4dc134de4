// What the phone keeps, in IndexedDB: a queue of events, and a few things by name. It outlives reloads and being offline.

const OPENED = new Promise((resolve, reject) => {
  const request = indexedDB.open("ipt-pulse-phone", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("queue", { keyPath: "number", autoIncrement: true });
    request.result.createObjectStore("kept");
  };
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function change(store, mode, work) {
  const database = await OPENED;
  return new Promise((resolve, reject) => {
    // Strict: what the patient was told is kept is on the disk.
    const transaction = database.transaction(store, mode, { durability: "strict" });
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

export const keep = (name, value) => change("kept", "readwrite", (kept) => kept.put(value, name));
export const kept = (name) => change("kept", "readonly", (all) => all.get(name));
export const forget = (name) => change("kept", "readwrite", (all) => all.delete(name));

/** Entries `{number, event, refused}`, the oldest first; `refused` is the gateway's reason, once there is one. */
export const entries = () => change("queue", "readonly", (queue) => queue.getAll());
export const add = (event) => change("queue", "readwrite", (queue) => queue.add({ event }));

/** In one transaction: entries that are done leave, entries that were refused stay with their reason. */
export const settle = (done, refused) =>
  change("queue", "readwrite", (queue) => {
    for (const entry of done) queue.delete(entry.number);
    for (const [entry, reason] of refused) queue.put({ ...entry, refused: reason });
  });
