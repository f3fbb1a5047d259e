// Where one writes: Enter sends, what is typed is kept, and commands and names are offered while one types.

import { ask, say, toBottom } from "./live.js";

const seat = document.body.dataset;
let asked = 0;

export function isComposer(element) {
  return element?.tagName === "TEXTAREA" && Boolean(element.closest("form.composer"));
}

export function prepare() {
  for (const area of document.querySelectorAll("form.composer textarea")) {
    if (!area.value) area.value = sessionStorage.getItem(draftKey(area)) || "";
    grow(area);
  }
}

export async function send(form) {
  const area = form.querySelector("textarea");
  const text = area.value;
  if (!text.trim()) return;
  setText(area, "");
  hide(form);
  toBottom();
  const thread = form.dataset.composer === "thread" ? seat.thread : "";
  const answer = await ask({ act: "enter", channel: seat.channel, thread, text });
  if (!answer.ok) {
    say(answer.say);
    if (!area.value) setText(area, text);
  }
}

export async function typed(area) {
  grow(area);
  sessionStorage.setItem(draftKey(area), area.value);
  const word = wordAtCaret(area);
  const form = area.closest("form");
  if (!word) return hide(form);
  const number = ++asked;
  const answer = await fetch(`/as/${seat.person}/complete?${new URLSearchParams({ typed: word })}`);
  const html = await answer.text();
  if (number !== asked || wordAtCaret(area) !== word) return;
  const menu = menuOf(form);
  menu.innerHTML = html;
  menu.hidden = !menu.textContent;
  menu.dataset.word = word;
  mark(menu, 0);
}

export function pressed(event) {
  const area = event.target;
  const form = area.closest("form");
  const menu = menuOf(form);
  const offers = menu.hidden ? [] : fitting(menu, wordAtCaret(area));
  const at = offers.findIndex((offer) => offer.ariaSelected === "true");
  if (event.key === "Escape" && !menu.hidden) return stop(event, () => hide(form));
  if (offers.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const step = event.key === "ArrowDown" ? 1 : -1;
    return stop(event, () => mark(menu, (at + step + offers.length) % offers.length));
  }
  const chosen = offers[Math.max(at, 0)];
  const whole = chosen?.value === wordAtCaret(area);
  if (chosen && (event.key === "Tab" || (event.key === "Enter" && !whole)) && !event.shiftKey) {
    return stop(event, () => take(chosen));
  }
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) stop(event, () => send(form));
}

// Whoever types faster than the offers come must not have the line replaced by an offer for its beginning:
// of offers for less than what stands there by now, only those count that go on from it.

function fitting(menu, word) {
  const offers = word ? [...menu.querySelectorAll("[role=option]")] : [];
  if (menu.dataset.word === word) return offers;
  return offers.filter((offer) => offer.value.toLowerCase().startsWith(word.toLowerCase()));
}

export function take(offer) {
  const form = offer.closest("form");
  const area = form.querySelector("textarea");
  const caret = area.selectionStart;
  const start = caret - (wordAtCaret(area) || "").length;
  const text = `${area.value.slice(0, start)}${offer.value} `;
  const rest = area.value.slice(caret).replace(/^ /, "");
  setText(area, text + rest);
  area.focus();
  area.setSelectionRange(text.length, text.length);
  hide(form);
  typed(area);
}

export function setText(area, text) {
  area.value = text;
  sessionStorage.setItem(draftKey(area), text);
  grow(area);
}

function wordAtCaret(area) {
  const before = area.value.slice(0, area.selectionStart);
  if (/^\/[^\n]*$/.test(before)) {
    const name = /\s([@#][\w.\-]*)$/.exec(before);
    return name ? name[1] : before;
  }
  const found = /(?:^|\s)([@#][\w.\-]*)$/.exec(before);
  return found ? found[1] : "";
}

function mark(menu, at) {
  menu.querySelectorAll("[role=option]").forEach((offer, index) => {
    offer.ariaSelected = String(index === at);
    if (index === at) offer.scrollIntoView({ block: "nearest" });
  });
}

function hide(form) {
  asked += 1;
  const menu = menuOf(form);
  menu.hidden = true;
  menu.replaceChildren();
}

function menuOf(form) {
  return form.querySelector(".menu-offers");
}

function grow(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight + 2, 220)}px`;
}

function draftKey(area) {
  return `draft/${seat.person}/${seat.channel}/${area.closest("form").dataset.composer === "thread" ? seat.thread : ""}`;
}

function stop(event, act) {
  event.preventDefault();
  event.stopPropagation();
  act();
}
