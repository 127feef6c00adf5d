// What the pages for customers and agents share: elements, two languages, times, numbers, settings.

/** Make an element. Strings become text nodes, so nobody's words can become markup. */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name in node && !name.includes("-")) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** The settings of this installation: the stack's outputs, written beside the pages. */
export async function settings() {
  const answer = await fetch("/config.json", { cache: "no-cache" });
  if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
  return answer.json();
}

const LANGUAGE = "care.language";

/** The language chosen on any page; else `preferred`; else what the browser asks for. */
export function languageOf(preferred) {
  const chosen = remembered(LANGUAGE);
  if (chosen === "id" || chosen === "en") return chosen;
  return preferred ?? (navigator.language.toLowerCase().startsWith("id") ? "id" : "en");
}

/**
 * The words of a page. `texts` is {id: {key: text}, en: {key: text}}; `{name}` in a text is filled in.
 * Elements with data-t take their text from the key, those with data-t-label their accessible name.
 */
export class Words {
  constructor(texts, preferred) {
    this.texts = texts;
    this.language = languageOf(preferred);
  }

  t(key, values = {}) {
    const text = this.texts[this.language][key] ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }

  /** Whether there is a text of that key: names that came from elsewhere may be unknown. */
  has(key) {
    return key in this.texts[this.language];
  }

  switch() {
    this.language = this.language === "id" ? "en" : "id";
    remember(LANGUAGE, this.language);
  }

  apply(values = {}) {
    document.documentElement.lang = this.language;
    for (const node of document.querySelectorAll("[data-t]")) node.textContent = this.t(node.dataset.t, values);
    for (const node of document.querySelectorAll("[data-t-label]")) {
      node.setAttribute("aria-label", this.t(node.dataset.tLabel, values));
    }
  }

  locale() {
    return this.language === "id" ? "id-ID" : "en-GB";
  }
}

const ZONES = {
  "Asia/Jakarta": "WIB",
  "Asia/Pontianak": "WIB",
  "Asia/Makassar": "WITA",
  "Asia/Ujung_Pandang": "WITA",
  "Asia/Jayapura": "WIT",
};

/** WIB, WITA or WIT, or what the zone is called elsewhere. */
export function zone(at = new Date()) {
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (ZONES[name]) return ZONES[name];
  const parts = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" }).formatToParts(at);
  return parts.find((part) => part.type === "timeZoneName").value;
}

/** 14.05 WIB */
export function clock(at, locale) {
  const time = at.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
  return `${time} ${zone(at)}`;
}

/** Selasa, 24 November */
export function day(at, locale) {
  const year = at.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return at.toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long", year });
}

/** The time of today, else 24 Nov 14.05; always with the zone. */
export function moment(at, locale) {
  if (sameDay(at, new Date())) return clock(at, locale);
  return `${at.toLocaleDateString(locale, { day: "numeric", month: "short" })} ${clock(at, locale)}`;
}

export function sameDay(one, other) {
  return one.toDateString() === other.toDateString();
}

/** A <time> with the exact instant for machines and on hover. */
export function timeElement(iso, text) {
  return element("time", { dateTime: iso, title: new Date(iso).toString() }, text);
}

/** A reference as it is read: 417 220 1935. */
export function grouped(reference) {
  return /^\d{10}$/.test(reference ?? "")
    ? `${reference.slice(0, 3)} ${reference.slice(3, 6)} ${reference.slice(6)}`
    : String(reference ?? "");
}

export function bytes(size, locale) {
  const [value, unit] = size < 1000 ? [size, "B"] : size < 1e6 ? [size / 1e3, "kB"] : [size / 1e6, "MB"];
  return `${value.toLocaleString(locale, { maximumFractionDigits: value < 10 && unit !== "B" ? 1 : 0 })} ${unit}`;
}

/** Storage may be forbidden (private windows): then a page forgets, and works. */
export function remembered(key, store = "localStorage") {
  try {
    return window[store].getItem(key);
  } catch {
    return null;
  }
}

export function remember(key, value, store = "localStorage") {
  try {
    if (value === null) window[store].removeItem(key);
    else window[store].setItem(key, value);
  } catch {
    return;
  }
}

/** Random text of 256 bits, safe in a URL: 43 characters. */
export function secret() {
  const random = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...random)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** A UUID; crypto.randomUUID is missing where a page is not served by https or from localhost. */
export function uuid() {
  const random = crypto.getRandomValues(new Uint8Array(16));
  random[6] = (random[6] & 0x0f) | 0x40;
  random[8] = (random[8] & 0x3f) | 0x80;
  const hex = [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** A text field that grows with its text up to the height its style allows. */
export function growing(field) {
  const fit = () => {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
  };
  field.addEventListener("input", fit);
  return fit;
}
