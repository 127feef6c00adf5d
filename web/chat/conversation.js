// The conversation over the WebSocket: nothing lost, nothing doubled, over networks that come and go.
//
// Messages are kept by their number; what the customer wrote is kept in the browser until the server
// gives it back with a number, and is sent again after each reconnection under the same id.
// The newest page comes first; earlier ones as they are wanted; what was missed, page by page, until all is here.

import { remember, remembered, secret, uuid } from "../page.js";

const SESSION = "care.chat.session";
const PENDING = "care.chat.pending.";
const PING_EVERY = 4 * 60_000; // the gateway ends a connection after 10 idle minutes
const ANSWER_WITHIN = 6_000;
const AGAIN_AFTER = 1_500; // when the service said that it failed
const OPEN_WITHIN = 12_000;
const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 30_000;
const SENDS_BEFORE_RECONNECT = 3;

/** Events: "state" (see `state`), "messages" (anything but `state` changed), "problem". */
export class Conversation extends EventTarget {
  constructor(url) {
    super();
    this.url = url;
    this.state = "connecting"; // connecting | open | slow | waiting | offline
    this.retryAt = null;
    this.session = remembered(SESSION) ?? this.#begin();
    this.#forget();
    this.pending = this.#kept();
  }

  #byNumber;
  #first; // the first number here from which on nothing is missing; null until the newest page has come
  #base; // every message from the first up to this number is here, or the server no longer has it
  #newest; // the highest number heard of
  #referenceOf; // the number of the message that `reference` was told with
  #failures = 0;
  #socket = null;
  #timers = {};
  #asked = null; // what follows the base is on its way: the base it was asked for, and the newest number then

  start() {
    addEventListener("online", () => this.now());
    addEventListener("offline", () => this.#drop("offline"));
    addEventListener("pagehide", () => this.#drop("waiting"));
    addEventListener("pageshow", (event) => event.persisted && this.now());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      if (this.#isOpen()) this.#resume();
      else this.now();
    });
    this.now();
  }

  /** All numbered messages, in order, from the first page that was asked for. */
  get messages() {
    const first = this.#first ?? 0;
    return [...this.#byNumber.values()].filter((one) => one.seq >= first).sort((one, other) => one.seq - other.seq);
  }

  /** Ask for what was said before the first of `messages`, if there is more: `earlier`. It is `loading` till it comes. */
  load() {
    if (!this.earlier || this.loading) return;
    this.loading = true;
    this.#putEarlier();
    this.#expectAnswer();
    this.#changed();
  }

  send(text) {
    const message = { id: uuid(), text, at: new Date().toISOString(), session: this.session };
    this.pending.push(message);
    remember(PENDING + message.id, JSON.stringify(message));
    this.#changed();
    if (this.#isOpen()) {
      this.#putMessage(message);
      this.#expectAnswer();
    } else this.now();
  }

  /** Messages on their way, not yet numbered by the server. */
  get unanswered() {
    return this.pending.filter((message) => message.refused === undefined);
  }

  /** Take back a message that was not accepted; returns its text. */
  withdraw(id) {
    const message = this.pending.find((one) => one.id === id);
    this.#settle(id);
    this.#changed();
    return message?.text ?? "";
  }

  /** Leave this conversation and begin another. */
  restart() {
    this.#drop(null);
    for (const message of this.pending) remember(PENDING + message.id, null);
    this.session = this.#begin();
    this.pending = [];
    this.#forget();
    this.#changed();
    this.now();
  }

  #forget() {
    this.reference = null;
    this.earlier = false;
    this.loading = false;
    this.#byNumber = new Map();
    this.#first = null;
    this.#base = 0;
    this.#newest = 0;
    this.#referenceOf = 0;
  }

  /** Connect at once instead of after the delay. */
  now() {
    if (this.#socket && this.#socket.readyState === WebSocket.CONNECTING && !this.#timers.retry) return;
    this.#drop(null);
    if (navigator.onLine === false) return this.#become("offline");
    this.#connect();
  }

  #begin() {
    const session = secret();
    remember(SESSION, session);
    return session;
  }

  #kept() {
    const kept = [];
    for (const key of Object.keys(localStorageOrNothing())) {
      if (!key.startsWith(PENDING)) continue;
      const message = JSON.parse(remembered(key));
      if (message.session === this.session) kept.push(message);
      else remember(key, null);
    }
    return kept.sort((one, other) => one.at.localeCompare(other.at));
  }

  #connect() {
    this.#become("connecting");
    const address = new URL(this.url);
    address.searchParams.set("session", this.session);
    const socket = new WebSocket(address);
    this.#socket = socket;
    this.#after("open", OPEN_WITHIN, () => this.#lost(socket));
    socket.addEventListener("open", () => {
      this.#cancel("open");
      this.#resume();
      if (this.loading) this.#putEarlier();
      this.#putUnanswered();
      this.#become("open");
      this.#pingLater();
    });
    socket.addEventListener("message", (event) => socket === this.#socket && this.#receive(event.data));
    socket.addEventListener("close", () => this.#lost(socket));
  }

  #receive(data) {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    if (frame.type === "error") return this.#fail(frame);
    // Anything else is the gateway's own word for a function that failed.
    if (frame.type !== "messages" && frame.type !== "pong") return this.#sendAgainSoon();
    this.#failures = 0;
    this.#cancel("answer");
    this.#cancel("pong");
    this.#become("open");
    this.#pingLater();
    if (frame.type === "messages") this.#take(frame);
    if (this.#awaitsPage() || this.loading || this.unanswered.length > 0) this.#expectAnswer();
  }

  // Busy passes. What cannot be read never will be.
  #fail(frame) {
    if (frame.code === "busy") return this.#sendAgainSoon();
    const message = this.pending.find((one) => one.id === frame.id) ?? this.unanswered[0];
    if (!message) return this.dispatchEvent(new CustomEvent("problem", { detail: frame.text }));
    message.refused = frame.text ?? "";
    remember(PENDING + message.id, JSON.stringify(message));
    this.#changed();
  }

  #take(frame) {
    for (const message of frame.messages) {
      this.#byNumber.set(message.seq, message);
      if (message.id) this.#settle(message.id);
    }
    const last = frame.messages.at(-1)?.seq ?? 0;
    this.#newest = Math.max(this.#newest, last);
    if (frame.reference && last >= this.#referenceOf) {
      this.reference = frame.reference;
      this.#referenceOf = last;
    }
    const goesOn = "more" in frame && this.#turnPage(frame);
    while (this.#byNumber.has(this.#base + 1)) this.#base += 1;
    if (this.#first !== null && !this.#asked && (goesOn || this.#newest > this.#base)) this.#resume();
    this.#changed();
  }

  // Whether there is more of what follows the base. An answer to what is no longer asked for only brings messages.
  #turnPage({ messages, after, before, more }) {
    const first = messages[0]?.seq;
    if (after !== null) {
      if (this.#asked?.after !== after) return false;
      // What the server left out of a page, or had not, though it was said before we asked, it no longer keeps.
      if (first > this.#base + 1) this.#base = first - 1;
      else if (!first && this.#asked.newest > this.#base) this.#base = this.#nextHere() - 1;
      this.#asked = null;
      return more;
    }
    if (before !== this.#first) return false;
    if (before === null) this.#base = messages.at(-1).seq;
    this.#first = first ?? before;
    this.earlier = more;
    this.loading = false;
    return false;
  }

  #nextHere() {
    return Math.min(...[...this.#byNumber.keys()].filter((seq) => seq > this.#base));
  }

  #resume() {
    this.#asked = this.#first === null ? null : { after: this.#base, newest: this.#newest };
    this.#putPage();
    this.#expectAnswer();
  }

  #awaitsPage() {
    return this.#first === null || this.#asked !== null;
  }

  #putPage() {
    const from = this.#first === null ? {} : { after: this.#base };
    this.#put({ action: "resume", session: this.session, ...from });
  }

  #putEarlier() {
    this.#put({ action: "resume", session: this.session, before: this.#first });
  }

  #settle(id) {
    this.pending = this.pending.filter((message) => message.id !== id);
    remember(PENDING + id, null);
  }

  #put(frame) {
    if (this.#isOpen()) this.#socket.send(JSON.stringify(frame));
  }

  #putUnanswered() {
    for (const message of this.unanswered) this.#putMessage(message);
  }

  #putMessage({ id, text }) {
    this.#put({ action: "message", session: this.session, id, text });
  }

  #isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  #sendAgainSoon() {
    this.#expectAnswer(1, AGAIN_AFTER * (1 + Math.random()));
  }

  #expectAnswer(sends = 1, within = ANSWER_WITHIN) {
    this.#after("answer", within, () => {
      this.#become("slow");
      if (sends >= SENDS_BEFORE_RECONNECT) return this.#lost(this.#socket);
      if (this.loading) this.#putEarlier();
      this.#putUnanswered();
      if (this.#awaitsPage() || (!this.loading && this.unanswered.length === 0)) this.#resume();
      this.#expectAnswer(sends + 1);
    });
  }

  #pingLater() {
    this.#after("ping", PING_EVERY, () => {
      this.#put({ action: "ping" });
      this.#after("pong", ANSWER_WITHIN, () => this.#lost(this.#socket));
      this.#pingLater();
    });
  }

  #lost(socket) {
    if (socket !== this.#socket) return;
    this.#drop(null);
    if (navigator.onLine === false) return this.#become("offline");
    const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.#failures);
    const delay = longest * (0.5 + Math.random() / 2);
    this.#failures += 1;
    this.retryAt = Date.now() + delay;
    this.#become("waiting");
    this.#after("retry", delay, () => {
      this.#cancel("retry");
      this.#connect();
    });
  }

  #drop(state) {
    for (const name of Object.keys(this.#timers)) this.#cancel(name);
    const socket = this.#socket;
    this.#socket = null;
    this.#asked = null;
    if (socket && socket.readyState <= WebSocket.OPEN) socket.close();
    if (state) this.#become(state);
  }

  #become(state) {
    if (state !== "waiting") this.retryAt = null;
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }

  #changed() {
    this.dispatchEvent(new Event("messages"));
  }

  #after(name, delay, act) {
    this.#cancel(name);
    this.#timers[name] = setTimeout(act, delay);
  }

  #cancel(name) {
    clearTimeout(this.#timers[name]);
    delete this.#timers[name];
  }
}

function localStorageOrNothing() {
  try {
    return { ...localStorage };
  } catch {
    return {};
  }
}
