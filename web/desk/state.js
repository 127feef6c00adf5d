// How a case's state is shown, in the list and on the case.

import { element } from "../page.js";

export const TEAMS = ["network", "network_east", "billing", "registration", "technical", "care"];
export const KINDS = ["complaint", "suggestion", "information", "technical", "package_change"];
export const CATEGORIES = ["network", "internet", "billing", "package", "sim", "device", "roaming", "app", "service", "other"];
export const PRIORITIES = ["danger", "urgent", "high", "normal"];

export const STATUS_LOOK = {
  open: "",
  acknowledged: "",
  in_progress: "active",
  waiting_for_customer: "active",
  resolved: "ok",
  closed: "done",
  reopened: "warn",
};

export const ORDER_LOOK = {
  confirmed: "active",
  charged: "active",
  refunding: "warn",
  changed: "ok",
  refused: "danger",
  refunded: "danger",
};

export const ORDER_ENDS = ["changed", "refused", "refunded"];

/** Whether somebody still has work to do on it. */
export function isWaiting(one) {
  return one.status !== "resolved" && one.status !== "closed";
}

/** Whether nothing happens to it until a person releases or discards it. */
export function isHeld(one) {
  return Boolean(one.held) && isWaiting(one);
}

const PRIORITY_LOOK = { danger: "danger", urgent: "danger", high: "warn" };

/** Whether that work comes before all other. */
export function goesFirst(one) {
  return PRIORITY_LOOK[one.priority] === "danger" && isWaiting(one);
}

/** How pressing that work is; nothing for what can wait. */
export function priorityBadge(one, words) {
  const look = isWaiting(one) && PRIORITY_LOOK[one.priority];
  return look && element("span", { class: `badge ${look}` }, words.t(`priority_${one.priority}`));
}

const SOON = 3600;

/** When that work is due; nothing while it waits for its customer, since no deadline comes nearer then. */
export function dueBadge(one, words) {
  if (!one.due_at || !isWaiting(one) || isHeld(one) || one.status === "waiting_for_customer") return null;
  const seconds = (new Date(one.due_at) - Date.now()) / 1000;
  if (seconds < 0) return element("span", { class: "badge danger" }, words.t("overdue", { span: span(-seconds, words) }));
  return element("span", { class: `badge ${seconds < SOON ? "warn" : ""}` }, words.t("due_in", { span: span(seconds, words) }));
}

/** 3 d, 5 h, 12 min, <1 min */
export function span(seconds, words) {
  if (seconds >= 2 * 86_400) return words.t("days", { n: Math.floor(seconds / 86_400) });
  if (seconds >= 2 * 3600) return words.t("hours", { n: Math.floor(seconds / 3600) });
  if (seconds >= 60) return words.t("minutes", { n: Math.floor(seconds / 60) });
  return words.t("minutes", { n: "<1" });
}
