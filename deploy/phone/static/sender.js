// Sends the queue in batches. Nothing leaves it before the gateway has answered for it, and what is refused stays, with the
// reason. Whatever else goes wrong, it waits and tries again; ids make a repeat harmless.

import * as database from "./database.js";

const MOST = 500;
const FIRST_WAIT_S = 1;
const LONGEST_WAIT_S = 60;
const WORTH_PACKING = 2048;

/** What one answer means for the batch: `done`, `refused`, `smaller`, `locked` or `later`, with seconds to wait. */
export function meaning(status, body, retryAfter, now = Date.now()) {
  if (status === 202 || (status === 422 && body?.rejected?.length)) return { kind: "judged", refused: body.rejected };
  if (status === 413) return { kind: "smaller" };
  if (status === 401 || status === 403) return { kind: "locked" };
  return { kind: "later", wait: secondsOf(retryAfter, now) };
}

function secondsOf(retryAfter, now) {
  if (!retryAfter) return 0;
  const seconds = Number(retryAfter);
  return Math.max(0, Number.isFinite(seconds) ? seconds : (Date.parse(retryAfter) - now) / 1000 || 0);
}

async function packed(text) {
  if (text.length < WORTH_PACKING || !("CompressionStream" in globalThis)) return { body: text, headers: {} };
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return { body: await new Response(stream).blob(), headers: { "Content-Encoding": "gzip" } };
}

export class Sender {
  /** `told` hears of every change: `{state, waiting, refused}`; `helped` of crisis contacts in an answer. */
  constructor({ device, told, helped }) {
    Object.assign(this, { device, told, helped, pretendOffline: false, most: MOST, failures: 0, state: "idle" });
    this.notBefore = this.askedUntil = 0;
    addEventListener("online", () => {
      this.notBefore = this.askedUntil; // our own waiting is over, what the gateway asked for is not
      this.wake();
    });
    addEventListener("offline", () => this.wake());
  }

  /** Look at the queue now; of several tabs one does. */
  wake() {
    clearTimeout(this.timer);
    this.again = true;
    this.working ??= navigator.locks.request("ipt-pulse-sender", () => this.work()).finally(() => {
      this.working = undefined;
      if (this.again) this.wake();
    });
  }

  async work() {
    while (this.again) {
      this.again = false;
      await this.tell(await this.drain());
    }
  }

  async waiting() {
    const all = await database.entries();
    const mine = all.filter((entry) => entry.event.subject === this.device()?.subject);
    return { open: mine.filter((entry) => !entry.refused), refused: mine.filter((entry) => entry.refused) };
  }

  async tell(state = this.state) {
    this.state = state;
    const { open, refused } = await this.waiting();
    this.told({ state, waiting: open.length, refused });
  }

  /** Send until nothing waits or nothing can be sent now; returns which. */
  async drain() {
    for (;;) {
      const { open } = await this.waiting();
      if (!open.length) return "idle";
      if (this.pretendOffline || !navigator.onLine) return "offline";
      const wait = this.notBefore - Date.now();
      if (wait > 0) {
        this.timer = setTimeout(() => this.wake(), wait);
        return "later";
      }
      await this.tell("sending");
      if (!(await this.send(open.slice(0, this.most)))) return "locked";
    }
  }

  /** Send one batch and do what its answer means; false: only a new code helps. */
  async send(batch) {
    const { status, body, retryAfter } = await this.post(batch);
    if (body?.crisis_contacts) this.helped(body);
    const what = meaning(status, body, retryAfter);
    if (what.kind === "later") this.backOff(what.wait);
    else if (what.kind === "smaller" && batch.length > 1) this.most = Math.ceil(batch.length / 2);
    else if (what.kind !== "locked") await this.settle(batch, what.refused ?? [{ index: 0, reason: "too large" }]);
    return what.kind !== "locked";
  }

  async settle(batch, refused) {
    const reasons = new Map(refused.map((one) => [one.index, one.reason]));
    await database.settle(
      batch.filter((_, index) => !reasons.has(index)),
      batch.flatMap((entry, index) => (reasons.has(index) ? [[entry, reasons.get(index)]] : [])),
    );
    this.failures = 0;
  }

  async post(batch) {
    const { body, headers } = await packed(JSON.stringify(batch.map((entry) => entry.event)));
    const type = "application/cloudevents-batch+json";
    const sent = { "Content-Type": type, Authorization: `Bearer ${this.device().token}`, ...headers };
    try {
      const answer = await fetch("/v1/events", { method: "POST", body, headers: sent });
      const said = await answer.json().catch(() => null);
      return { status: answer.status, body: said, retryAfter: answer.headers.get("Retry-After") };
    } catch {
      return { status: 0 };
    }
  }

  /** Growing, with chance in it so that phones do not all come back at once; never before what the gateway asks for. */
  backOff(asked) {
    const growing = Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** this.failures) * (0.5 + Math.random() / 2);
    this.failures += 1;
    this.askedUntil = Date.now() + asked * 1000;
    this.notBefore = Math.max(this.askedUntil, Date.now() + growing * 1000);
  }
}
