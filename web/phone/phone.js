import { Words, copy, element, grouped, remember, remembered, settings } from "/page.js";
import { Speaker, tone } from "./sound.js";
import { TEXTS } from "./words.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const CALLERS = ["+6281200000001", "+6281900000002", "+6287700000003"];
const CALLER = "phone.caller";
const SOUND = "phone.sound";
const TICK_MS = 200;

const words = new Words(TEXTS);
const $ = (id) => document.getElementById(id);
const speaker = new Speaker(() => notice("blocked", "warn", soundOn));

/** idle, calling, playing, waiting, thinking, ended, transferred or lost. */
let state = "idle";
let number = "";
let call = null;
let keyed = "";
let unheard = [];
let ahead = [];
let deadline = null;
let span = 0;

function spaced(caller) {
  return caller.replace(/^(\+62)(\d{3})(\d{4})(\d+)$/, "$1 $2 $3 $4");
}

async function request(path, body) {
  const answer = await fetch(`/phone/calls${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error ?? `${answer.status}.`);
  return told;
}

// --- the call ---------------------------------------------------------------------------------------------

async function dial() {
  const caller = chosenCaller();
  if (caller === undefined) return;
  $("log").replaceChildren();
  $("notices").replaceChildren();
  $("reference").hidden = true;
  call = null;
  ahead = [];
  keyed = "";
  if (caller) $("sms").href = `/sms/#${encodeURIComponent(caller)}`;
  $("sms").hidden = !caller;
  become("calling");
  await move(() => request("", { from: caller }));
}

async function send(keys) {
  const id = call.call_id;
  deadline = null;
  keyed = "";
  hush();
  addPressed(keys);
  become("thinking");
  await move(() => request(`/${id}/keys`, { keys }));
}

async function hangUp() {
  const id = call?.call_id;
  unheard = [];
  speaker.stop();
  call = null;
  deadline = null;
  ahead = [];
  end("ended");
  if (id) await request(`/${id}/hangup`, {}).catch(() => {});
}

/** Make one request, then play what it brought and wait for keys. */
async function move(ask) {
  let told;
  try {
    told = await ask();
  } catch (problem) {
    if (state === "ended") return;
    call = null;
    const unreached = problem instanceof TypeError;
    notice(unreached ? "lost" : "failed", "danger", null, { reason: problem.message });
    end("lost");
    return;
  }
  if (state === "ended") {
    request(`/${told.call_id}/hangup`, {}).catch(() => {});
    return;
  }
  call = told;
  showReference();
  await play(told.heard);
  if (call !== told || state === "ended") return;
  if (told.state !== "listening") {
    call = null;
    end(told.state);
  } else if (state === "playing") {
    listen();
  }
}

async function play(heard) {
  become("playing");
  const mine = (unheard = [...heard]);
  useAhead();
  while (mine === unheard && mine.length) {
    const item = mine.shift();
    const entry = addHeard(item);
    entry.classList.add("now");
    await speaker.play(item);
    entry.classList.remove("now");
  }
}

/** A key cuts the voice short; what it was about to say is still shown. */
function hush() {
  speaker.stop();
  for (const item of unheard.splice(0)) addHeard(item);
}

function listen() {
  become("waiting");
  wait(keyed ? call.waits_for.interdigit_seconds : call.waits_for.seconds);
}

function wait(seconds) {
  span = seconds * 1000;
  deadline = performance.now() + span;
  showWaiting();
}

function press(key) {
  if (!["playing", "waiting", "thinking", "calling"].includes(state)) return;
  flash(key);
  if (!speaker.muted) tone(key);
  if (state === "thinking" || state === "calling") ahead.push(key);
  else take(key);
}

/** Keys pressed while the centre was working count as soon as it listens. */
function useAhead() {
  while (ahead.length && (state === "playing" || state === "waiting")) take(ahead.shift());
}

function take(key) {
  const waits = call?.waits_for;
  if (!waits) return;
  if (waits.max_digits === 1) {
    send(key);
    return;
  }
  hush();
  if (key === "*") keyed = "";
  else keyed += key;
  if (key === waits.terminator || keyed.length >= waits.max_digits) {
    send(keyed);
    return;
  }
  become("waiting");
  wait(keyed ? waits.interdigit_seconds : waits.seconds);
}

setInterval(() => {
  if (deadline === null) return;
  if (performance.now() >= deadline) send(keyed);
  else showWaiting();
}, TICK_MS);

// --- what is seen -----------------------------------------------------------------------------------------

const BADGES = { calling: "active", playing: "active", waiting: "warn", thinking: "active", transferred: "ok", lost: "danger", ended: "done" };

function become(next) {
  state = next;
  const busy = ["calling", "playing", "waiting", "thinking"].includes(next);
  $("state").className = `badge ${BADGES[next] ?? ""}`;
  $("state").textContent = words.t(`state_${next}`);
  document.body.classList.toggle("live", busy);
  $("setup").inert = busy;
  $("idle").hidden = next !== "idle";
  $("log").hidden = next === "idle";
  const again = ["ended", "transferred", "lost"].includes(next);
  $("call").className = busy ? "danger" : "primary";
  $("call").textContent = words.t(busy ? "hang_up" : again ? "call_again" : "call", { number });
  for (const key of $("keypad").children) key.disabled = !busy;
  showWaiting();
}

function end(how) {
  deadline = null;
  keyed = "";
  become(how);
  if (how !== "lost") add(element("li", { class: "note" }, words.t(how)));
}

function showWaiting() {
  const waits = call?.waits_for;
  const listening = waits && (state === "playing" || state === "waiting");
  const left = deadline === null ? null : Math.max(0, deadline - performance.now());
  const asked = !listening ? "" : waits.max_digits === 1 ? words.t("waits_one") : words.t("waits_many", { most: waits.max_digits });
  const parts = [keyed ? words.t("keyed", { keys: keyed }) : asked];
  if (left !== null) parts.push(words.t("seconds", { seconds: Math.ceil(left / 1000) }));
  $("waits").textContent = parts.filter(Boolean).join(" · ");
  $("remaining").firstElementChild.style.width = left === null ? "0" : `${(left / span) * 100}%`;
}

function add(entry) {
  const log = $("log");
  log.append(entry);
  log.scrollTop = log.scrollHeight;
  return entry;
}

/** One thing heard. Digits said one after the other share a line. */
function addHeard({ prompt, text, block }) {
  const digit = prompt?.match(/\/digits\/(\d)\//)?.[1];
  if (!digit) return add(element("li", {}, element("p", {}, text), element("code", { title: prompt ?? "" }, block)));
  const last = $("log").lastElementChild;
  const line = last?.classList.contains("digits") ? last : add(element("li", { class: "digits num" }));
  const said = element("span", { title: text }, digit);
  line.append(said);
  $("log").scrollTop = $("log").scrollHeight;
  return said;
}

function addPressed(keys) {
  add(element("li", { class: "pressed" }, keys ? words.t("pressed", { keys }) : words.t("silent")));
}

function showReference() {
  const reference = call.attributes.reference;
  if (!reference) return;
  $("reference").hidden = false;
  $("reference-number").textContent = grouped(reference);
}

function notice(key, kind, act, values = {}) {
  const button = act && element("button", { type: "button", class: "small", onclick: act }, words.t("play_sound"));
  $("notices").replaceChildren(element("div", { class: `notice row ${kind}`, role: "alert" }, element("span", { class: "grow" }, words.t(key, values)), button));
}

function flash(key) {
  const button = $("keypad").children[KEYS.indexOf(key)];
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 150);
}

// --- the caller, the sound, the language ------------------------------------------------------------------

function fillCallers(chosen) {
  const options = [
    ...CALLERS.map((caller) => element("option", { value: caller }, spaced(caller))),
    element("option", { value: "" }, words.t("withheld")),
    element("option", { value: "other" }, words.t("other")),
  ];
  $("caller").replaceChildren(...options);
  const known = [...CALLERS, ""].includes(chosen);
  $("caller").value = known ? chosen : "other";
  if (!known) $("number").value = chosen;
  $("other-caller").hidden = known;
}

/** The chosen number, null when it is withheld, undefined (and said so) when it is none. */
function chosenCaller() {
  const typed = $("caller").value === "other";
  const caller = typed ? $("number").value.replace(/[\s-]/g, "") : $("caller").value;
  const wrong = typed && !/^\+[1-9]\d{6,14}$/.test(caller);
  $("number").setAttribute("aria-invalid", wrong);
  $("number-hint").classList.toggle("error", wrong);
  $("number-hint").textContent = words.t(wrong ? "number_wrong" : "number_hint");
  if (wrong) {
    $("number").focus();
    return undefined;
  }
  remember(CALLER, caller);
  return caller || null;
}

function hear(on) {
  speaker.mute(!on);
  remember(SOUND, on ? "on" : "off");
  $("sound").setAttribute("aria-pressed", on);
  $("sound").textContent = words.t(on ? "sound_on" : "sound_off");
}

function soundOn() {
  $("notices").replaceChildren();
  hear(true);
  if (state === "playing") speaker.audio.play().catch(() => {});
}

function fillTries() {
  const tries = [
    ["try_complaint", ["1", "4", "1"]],
    ["try_status", ["1", "6", words.t("reference_word")]],
    ["try_agent", ["2", "0"]],
  ];
  $("tries").replaceChildren(
    ...tries.flatMap(([key, keys]) => [
      element("dt", {}, words.t(key)),
      element("dd", {}, ...keys.map((pressed) => element("kbd", {}, pressed))),
    ]),
  );
}

function speak() {
  words.apply({ number });
  document.title = words.t("page_title", { number });
  $("display-number").textContent = number;
  fillTries();
  const chosen = $("caller").value === "other" ? $("number").value : $("caller").value;
  fillCallers(chosen);
  hear(!speaker.muted);
  become(state);
}

$("keypad").append(
  ...KEYS.map((key) => element("button", { type: "button", class: "num", onclick: () => press(key) }, key)),
);
$("call").addEventListener("click", () => {
  if (["idle", "ended", "transferred", "lost"].includes(state)) dial();
  else hangUp();
});
$("caller").addEventListener("change", () => {
  $("other-caller").hidden = $("caller").value !== "other";
  if ($("caller").value === "other") $("number").focus();
});
$("sound").addEventListener("click", () => hear(speaker.muted));
$("language").addEventListener("click", () => {
  words.switch();
  speak();
});
$("copy").addEventListener("click", async () => {
  const done = await copy(call?.attributes.reference ?? $("reference-number").textContent.replaceAll(" ", ""));
  $("copy").textContent = words.t(done ? "copied" : "copy_failed");
  setTimeout(() => ($("copy").textContent = words.t("copy")), 2000);
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey;
  if (typing || event.repeat || !KEYS.includes(event.key)) return;
  event.preventDefault();
  press(event.key);
});
window.addEventListener("pagehide", () => {
  if (call) navigator.sendBeacon(`/phone/calls/${call.call_id}/hangup`);
});

fillCallers(new URLSearchParams(location.search).get("from") ?? remembered(CALLER) ?? CALLERS[0]);
speaker.mute(remembered(SOUND) === "off");
speak();
try {
  number = (await settings()).ShortNumber;
} catch {
  notice("no_settings", "danger");
}
speak();
