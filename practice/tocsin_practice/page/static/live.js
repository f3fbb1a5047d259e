// Keeps the page up to date: puts the parts that the server sends in place, and loses nothing half done.

const seat = document.body.dataset;

// A browser keeps only a few connections to one address: a window that nobody looks at gives up its own.

let source = null;

export function follow() {
  if (document.visibilityState === "visible") listen();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") listen();
    else source?.close();
  });
}

function listen() {
  if (source && source.readyState !== EventSource.CLOSED) return;
  const query = new URLSearchParams({
    channel: seat.channel, thread: seat.thread, home: seat.home, unread: seat.unread,
  });
  source = new EventSource(`/as/${seat.person}/live?${query}`);
  const offline = document.getElementById("offline");
  source.addEventListener("open", () => { offline.hidden = true; });
  source.addEventListener("error", () => { offline.hidden = false; });
  source.addEventListener("patch", (event) => arrive(JSON.parse(event.data)));
  source.addEventListener("say", (event) => say(JSON.parse(event.data).say));
  source.addEventListener("drawn", () => {
    document.body.dataset.live = "yes";
  });
}

export function say(words) {
  if (!words) return;
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.textContent = words;
  document.getElementById("toasts").append(toast);
  setTimeout(() => toast.remove(), 8000);
}

export async function ask(fields) {
  const answer = await fetch(`/as/${seat.person}/act`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(fields),
  }).catch(() => null);
  if (!answer || !answer.ok) return { ok: false, say: "The practice workspace does not answer. Is it running?" };
  return answer.json();
}

function read() {
  if (document.visibilityState === "visible" && !seat.home) ask({ act: "read", channel: seat.channel });
}

export function toBottom() {
  for (const scroller of document.querySelectorAll(".scroll")) scroller.scrollTop = scroller.scrollHeight;
}

// A short thread is read from its beginning, everything else from its end.

export function toReadingPlace() {
  toBottom();
  const thread = document.querySelector(".thread .scroll");
  if (thread?.querySelectorAll("article").length <= 4) thread.scrollTop = 0;
}

// A button that is replaced while it is pressed would never be clicked: what arrives meanwhile waits.

let held = null;

document.addEventListener("pointerdown", () => { held ??= []; }, true);
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => setTimeout(release), true);
window.addEventListener("blur", release);

function arrive(change) {
  if (held) held.push(change);
  else place(change);
}

function release() {
  const waiting = held || [];
  held = null;
  waiting.forEach(place);
}

function place(change) {
  const region = document.querySelector(`[data-region="${change.region}"]`);
  if (!region) return;
  const scroller = region.closest(".scroll");
  const low = scroller && scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
  const old = new Map([...region.children].map((part) => [part.dataset.key, part]));
  let before = null;
  for (const key of change.keys) {
    const part = old.get(key) || blank(key);
    old.delete(key);
    const next = before ? before.nextElementSibling : region.firstElementChild;
    if (next !== part) region.insertBefore(part, next);
    const fresh = change.parts[key];
    if (fresh && fresh.digest !== part.dataset.digest) fill(part, fresh);
    before = part;
  }
  for (const gone of old.values()) gone.remove();
  if (low) scroller.scrollTop = scroller.scrollHeight;
  if (change.region === "messages") read();
}

function blank(key) {
  const part = document.createElement("div");
  part.className = "part";
  part.dataset.key = key;
  return part;
}

function fill(part, fresh) {
  const kept = remember(part);
  part.innerHTML = fresh.html;
  part.dataset.digest = fresh.digest;
  restore(part, kept);
  openDialogs(part);
  part.dispatchEvent(new CustomEvent("filled", { bubbles: true }));
}

export function openDialogs(within) {
  for (const dialog of within.querySelectorAll("dialog[data-view]")) {
    if (dialog.open) continue;
    const focused = document.activeElement;
    dialog.showModal();
    if (dialog.contains(focused) && focused !== dialog) continue;
    const first = dialog.querySelector("[aria-invalid=true], [autofocus]")
      || dialog.querySelector(".modal-body :is(input, textarea, select, summary, button)")
      || dialog.querySelector(".modal-actions .btn-primary");
    first?.focus();
  }
}

// What a person has typed, chosen, opened and scrolled to in a part that is about to be drawn anew.

function remember(part) {
  const active = part.contains(document.activeElement) ? document.activeElement : null;
  const bodies = [...part.querySelectorAll(".modal-body, .file-preview, .menu")];
  return {
    id: active?.id, act: active?.dataset.act, value: active?.value,
    selection: active && "selectionStart" in active ? safeSelection(active) : null,
    dirty: [...part.querySelectorAll("input, textarea, select")].filter(isDirty).map(stateOf),
    open: [...part.querySelectorAll("details")].map((details) => details.open),
    scrolls: bodies.map((body) => body.scrollTop),
  };
}

function restore(part, kept) {
  for (const state of kept.dirty) restoreField(part, state);
  const details = [...part.querySelectorAll("details")];
  if (details.length === kept.open.length) details.forEach((each, at) => { each.open = kept.open[at]; });
  openDialogs(part);
  const again = kept.id ? document.getElementById(kept.id) : null;
  const invalid = part.querySelector("dialog.modal [aria-invalid=true]");
  if (again || invalid) focusAgain(invalid || again, kept);
  const bodies = [...part.querySelectorAll(".modal-body, .file-preview, .menu")];
  if (!invalid) bodies.forEach((body, at) => { body.scrollTop = kept.scrolls[at] || 0; });
}

function focusAgain(element, kept) {
  element.focus();
  if (kept.selection && element.id === kept.id) {
    try { element.setSelectionRange(...kept.selection); } catch { /* not a field with a caret */ }
  }
}

function safeSelection(field) {
  try { return [field.selectionStart, field.selectionEnd]; } catch { return null; }
}

function isDirty(field) {
  if (field.type === "hidden") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") return [...field.options].some((each) => each.selected !== each.defaultSelected);
  return field.value !== field.defaultValue;
}

function stateOf(field) {
  return { id: field.id, name: field.name, type: field.type, value: field.value, checked: field.checked };
}

function restoreField(part, state) {
  const fields = [...part.querySelectorAll("input, textarea, select")];
  if (state.type === "checkbox" || state.type === "radio") {
    const box = fields.find((each) => each.name === state.name && each.value === state.value);
    if (box) box.checked = state.checked;
    return;
  }
  const field = fields.find((each) => (state.name ? each.name === state.name : each.id === state.id));
  if (field && field.type === state.type) field.value = state.value;
}
