// What happens when a person presses, chooses or types something: it is told to the server, which draws anew.

import * as composer from "./composer.js";
import { ask, follow, openDialogs, say, toReadingPlace } from "./live.js";

const seat = document.body.dataset;
const timers = new WeakMap();

// Reading what is where

function surfaceOf(element) {
  const surface = element.closest("[data-surface]");
  if (!surface) return {};
  if (surface.dataset.surface === "view") return { view: surface.dataset.view, values: valuesIn(surface) };
  return { channel: surface.dataset.channel, ts: surface.dataset.ts };
}

function valuesIn(surface) {
  const values = {};
  for (const field of surface.querySelectorAll("input[name], textarea[name], select[name]")) {
    const many = field.type === "checkbox" || (field.type === "hidden" && field.closest("[data-several]"));
    if (many) values[field.name] ??= [];
    if (field.type === "radio") values[field.name] ??= null;
    if ((field.type === "checkbox" || field.type === "radio") && !field.checked) continue;
    if (many) values[field.name].push(field.value);
    else values[field.name] = field.value;
  }
  for (const box of surface.querySelectorAll(".external")) values[box.dataset.name] ??= "several" in box.dataset ? [] : null;
  return values;
}

function valueOf(element) {
  if (element.type === "checkbox") {
    const surface = element.closest("[data-surface]");
    return [...surface.querySelectorAll(`[name="${CSS.escape(element.name)}"]:checked`)].map((box) => box.value);
  }
  return element.tagName === "A" ? null : element.value || null;
}

// Using an element of an app

async function use(element, value) {
  const sure = await confirmed(element);
  if (!sure) return false;
  element.ariaBusy = "true";
  const { block, action } = element.dataset;
  const answer = await ask({ act: "press", ...surfaceOf(element), block, action, value });
  element.ariaBusy = null;
  say(answer.say);
  return answer.ok;
}

function confirmed(element) {
  const { block, action } = element.dataset;
  const templates = element.closest("[data-surface]").querySelectorAll("template[data-confirms]");
  const template = [...templates].find((each) => each.dataset.block === block && each.dataset.action === action);
  if (!template) return Promise.resolve(true);
  const dialog = document.getElementById("confirm");
  dialog.querySelector("form").replaceChildren(template.content.cloneNode(true));
  dialog.returnValue = "no";
  dialog.showModal();
  dialog.querySelector("button[value=yes]").focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

async function submit(dialog) {
  if (dialog.ariaBusy === "true") return;
  const trouble = dialog.querySelector(".modal-trouble");
  trouble.hidden = true;
  busy(dialog, true);
  const answer = await ask({ act: "submit", view: dialog.dataset.view, values: valuesIn(dialog) });
  busy(dialog, false);
  const now = document.getElementById(dialog.id) || dialog;
  if (!answer.ok && answer.say && now.isConnected) {
    const told = now.querySelector(".modal-trouble");
    told.textContent = answer.say;
    told.hidden = false;
  }
}

function busy(dialog, is) {
  dialog.ariaBusy = String(is);
  for (const button of dialog.querySelectorAll("footer button")) button.disabled = is;
}

function close(dialog, all) {
  ask({ act: "close", view: dialog.dataset.view, all });
}

// Menus of several, and menus that the app fills

function chips(details) {
  const summary = details.querySelector("summary");
  const names = [...details.querySelectorAll("input:checked")].map((box) => chip("span", box.dataset.label));
  if (!names.length) names.push(Object.assign(document.createElement("span"), { className: "placeholder", textContent: summary.dataset.placeholder }));
  summary.replaceChildren(...names);
}

function chip(name, words) {
  return Object.assign(document.createElement(name), { className: "chip", textContent: words });
}

function suggest(box) {
  clearTimeout(timers.get(box));
  const found = box.parentElement.querySelector(".menu-found");
  if (box.value.length < Number(box.dataset.least)) { found.hidden = true; return; }
  timers.set(box, setTimeout(async () => {
    const { block, action } = box.dataset;
    const answer = await ask({ act: "suggest", ...surfaceOf(box), block, action, value: box.value });
    found.innerHTML = answer.html || "";
    found.hidden = !answer.html;
  }, 200));
}

function pick(option) {
  const outer = option.closest(".external");
  const several = "several" in outer.dataset;
  const kept = outer.querySelector(".kept");
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: outer.dataset.name, value: option.value });
  const drop = Object.assign(document.createElement("button"), { type: "button", textContent: "×", ariaLabel: "Remove" });
  drop.dataset.act = "drop-chip";
  const shown = chip("span", option.dataset.label);
  shown.append(field, drop);
  if (several) kept.append(shown); else kept.replaceChildren(shown);
  const box = outer.querySelector("[role=combobox]");
  box.value = "";
  outer.querySelector(".menu-found").hidden = true;
  if ("dispatches" in outer.dataset) {
    const all = [...kept.querySelectorAll("input")].map((each) => each.value);
    use(box, several ? all : option.value);
  }
}

// What the page itself offers

const acts = {
  press: (element) => use(element, valueOf(element)),
  overflow: (element) => {
    closeMenus();
    if (element.dataset.url) window.open(element.dataset.url, "_blank", "noopener");
    return use(element, element.value);
  },
  pick,
  "drop-chip": (element) => element.closest(".chip").remove(),
  offer: (element) => composer.take(element),
  close: (element) => close(element.closest("dialog"), false),
  "close-all": (element) => close(element.closest("dialog"), true),
  react: (element) => tell(element, { act: "react", value: element.value }),
  pin: (element) => tell(element, { act: "pin" }),
  unpin: (element) => tell(element, { act: "pin" }),
  dismiss: async (element) => {
    const message = element.closest(".part");
    const answer = await tell(element, { act: "dismiss" });
    if (answer.redraw) message.remove();
  },
  join: () => ask({ act: "join", channel: seat.channel }).then((answer) => say(answer.say)),
  reply: (element) => {
    const { channel, thread } = element.closest("[data-surface]").dataset;
    location.href = `/as/${seat.person}/c/${channel}/t/${thread}`;
  },
  copy: (element) => copy(element.closest("article").querySelector(".blocks, .words")?.innerText || ""),
  "copy-link": (element) => copy(element.closest("article").querySelector(".stamp").href),
  rooms: (element) => element.setAttribute("aria-expanded", document.body.classList.toggle("with-rooms")),
  jump: (element) => highlight(new URL(element.href).hash),
  "message-shortcut": (element) => tell(element, { act: "message-shortcut", callback: element.dataset.callback }),
  "global-shortcut": (element) => {
    closeMenus();
    return ask({ act: "global-shortcut", callback: element.dataset.callback }).then((answer) => say(answer.say));
  },
};

async function tell(element, fields) {
  const where = surfaceOf(element);
  closeMenus();
  const answer = await ask({ ...where, ...fields });
  say(answer.say);
  return answer;
}

async function copy(words) {
  closeMenus();
  await navigator.clipboard.writeText(words).then(() => say("Copied."), () => say("The browser did not allow copying."));
}

function highlight(hash) {
  const message = hash && document.querySelector(`[id="${CSS.escape(hash.slice(1))}"]`);
  if (!message) return;
  closeMenus();
  message.scrollIntoView({ block: "center" });
  message.classList.add("found");
  setTimeout(() => message.classList.remove("found"), 2500);
}

// Escape takes away what was opened last: a menu, the list of conversations, the thread.
function escape() {
  if (document.querySelector("dialog[open]")) return;
  if (document.querySelector("details.drop[open]")) return closeMenus();
  if (document.body.classList.contains("with-rooms")) return acts.rooms(document.querySelector(".rooms"));
  document.getElementById("close-thread")?.click();
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.drop[open]")) if (menu !== except) menu.open = false;
}

// Listening

document.addEventListener("click", (event) => {
  const element = event.target.closest("[data-act]");
  closeMenus(event.target.closest("details.drop"));
  if (!element || element.disabled || !(element.dataset.act in acts)) return;
  if (element.dataset.act !== "press" || element.tagName !== "A") event.preventDefault();
  acts[element.dataset.act](element);
});

document.addEventListener("change", (event) => {
  const element = event.target;
  const several = element.closest("details.several");
  if (several) chips(several);
  const act = element.dataset?.act;
  if (act === "change") use(element, valueOf(element));
  if (act === "several") {
    clearTimeout(timers.get(several));
    timers.set(several, setTimeout(() => use(element, valueOf(element)), 500));
  }
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("form.composer")) { event.preventDefault(); composer.send(event.target); }
  const dialog = event.target.closest("dialog[data-view]");
  if (dialog) { event.preventDefault(); submit(dialog); }
});

document.addEventListener("input", (event) => {
  const element = event.target;
  if (composer.isComposer(element)) composer.typed(element);
  if (element.dataset.act === "suggest") suggest(element);
  if (element.dataset.act === "enter" && "typing" in element.dataset) {
    clearTimeout(timers.get(element));
    timers.set(element, setTimeout(() => use(element, element.value), 300));
  }
});

document.addEventListener("keydown", (event) => {
  const element = event.target;
  if (composer.isComposer(element)) composer.pressed(event);
  if (event.defaultPrevented) return;
  if (event.key === "Escape" && !event.isComposing) escape();
  if (event.key !== "Enter" || element.dataset?.act !== "enter") return;
  const sends = "enter" in element.dataset && (element.tagName === "INPUT" || event.metaKey || event.ctrlKey);
  if (sends) { event.preventDefault(); use(element, element.value); }
});

document.addEventListener("cancel", (event) => {
  if (!event.target.matches?.("dialog[data-view]")) return;
  event.preventDefault();
  close(event.target, false);
}, true);

document.addEventListener("toggle", (event) => {
  const drop = event.target;
  if (!drop.matches?.("details.drop[open]") || drop.closest(".composer, .top")) return;
  drop.classList.remove("up");
  const menu = drop.querySelector(".menu").getBoundingClientRect();
  const room = (drop.closest(".scroll, .modal-body") || document.documentElement).getBoundingClientRect();
  const above = drop.getBoundingClientRect().top - room.top;
  if (menu.bottom > room.bottom && above > menu.height) drop.classList.add("up");
  else if (menu.bottom > room.bottom) drop.querySelector(".menu").scrollIntoView({ block: "nearest" });
}, true);

document.addEventListener("filled", () => {
  document.querySelectorAll("details.several").forEach(chips);
  composer.prepare();
});
window.addEventListener("hashchange", () => highlight(location.hash));

composer.prepare();
openDialogs(document);
toReadingPlace();
highlight(location.hash);
follow();
document.querySelector(seat.thread ? "#reply-text" : "#composer-text")?.focus({ preventScroll: true });
