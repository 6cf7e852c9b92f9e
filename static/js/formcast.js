/* Comfort only: every page works without this file. It asks nobody for anything and writes no markup, only text. */
"use strict";

const WORKING_FOR_MS = 10000;
const PHONE = "(max-width: 40rem)";

/* A second press within ten seconds sends nothing; whoever listens hears that the first one is being worked on. */
function sendOnce(form) {
  let sentAt = 0;
  const button = form.querySelector("button[type=submit]");
  const region = form.querySelector("[data-working]");
  const says = button.textContent;

  function settle() {
    sentAt = 0;
    button.textContent = says;
    button.removeAttribute("aria-disabled");
    if (region) region.textContent = "";
  }

  form.addEventListener("submit", (event) => {
    if (sentAt && Date.now() - sentAt < WORKING_FOR_MS) {
      event.preventDefault();
      return;
    }
    sentAt = Date.now();
    button.textContent = "Working…";
    button.setAttribute("aria-disabled", "true");
    if (region) region.textContent = "Working…";
    setTimeout(settle, WORKING_FOR_MS);
  });
  /* coming back with the Back button shows the page as it was left */
  window.addEventListener("pageshow", (event) => { if (event.persisted) settle(); });
}

/* Back and reload find what was typed: each entry of the tab's history remembers its own form, and nothing else does.
   The nonce comes back too, so that the same answers sent again find their first record. */
function rememberAnswers(form) {
  const version = form.elements.version.value;
  const kept = (field) => field.name && field.name !== "csrf_token";

  function remember() {
    const answers = [...form.elements]
      .filter((field) => kept(field) && (field.type !== "radio" || field.checked))
      .map((field) => [field.name, field.value]);
    history.replaceState({ version, answers }, "");
  }

  const [arrival] = performance.getEntriesByType("navigation");
  if (arrival.type !== "navigate" && history.state?.version === version) {
    const answers = new Map(history.state.answers);
    for (const field of [...form.elements].filter(kept)) {
      if (field.type === "radio") field.checked = answers.get(field.name) === field.value;
      else field.value = answers.get(field.name) ?? "";
    }
  }
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(remember, 400);
  });
  form.addEventListener("change", remember);
  form.addEventListener("submit", remember);
}

function offerCopy(box) {
  const input = box.querySelector("input, textarea");
  const button = box.querySelector("button");
  const region = document.createElement("span");
  region.className = "vh";
  region.setAttribute("role", "status");
  box.append(region);
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(input.value);
      region.textContent = "Copied";
      button.lastChild.textContent = "Copied";
    } catch {
      input.select();
      region.textContent = "Press Control and C to copy it";
    }
    setTimeout(() => { button.lastChild.textContent = "Copy"; region.textContent = ""; }, 4000);
  });
}

/* What is typed into a password box can be looked at, until the form is sent. */
function offerReveal(box) {
  const input = box.querySelector("input");
  const button = box.querySelector("button");
  const show = (isShown) => {
    input.type = isShown ? "text" : "password";
    button.lastChild.textContent = isShown ? "Hide" : "Show";
    button.setAttribute("aria-pressed", String(isShown));
  };
  button.hidden = false;
  button.addEventListener("click", () => show(input.type === "password"));
  input.form.addEventListener("submit", () => show(false)); /* or the browser would remember it as a text */
}

/* A long list becomes a box that shortens it while one types. The list stays in the page, unseen, and is what is sent. */
function offerSearch(select) {
  const options = [...select.options].filter((option) => option.value !== "");
  const box = document.createElement("div");
  const input = document.createElement("input");
  const list = document.createElement("ul");
  const count = document.createElement("span");
  let shown = [];
  let at = -1;

  for (const name of ["id", "aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    select.removeAttribute(name);
  }
  const attributes = { type: "text", class: "input", role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${input.id}-list` };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  list.id = `${input.id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", select.parentNode.querySelector("label").textContent);
  count.className = "vh";
  count.setAttribute("role", "status");
  box.className = "combo";
  list.hidden = select.hidden = true;
  select.before(box);
  box.append(input, list, count, select);

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase();
  const chosen = () => (select.value === "" ? "" : select.selectedOptions[0].text);
  const show = () => { input.value = chosen(); };

  function mark(position) {
    at = position;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    const item = list.children[at];
    if (!item) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }
  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }
  function open(wanted) {
    shown = options.filter((option) => plain(option.text).includes(wanted));
    list.replaceChildren(...shown.map((option, index) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${index}`;
      item.setAttribute("role", "option");
      item.textContent = option.text;
      return item;
    }));
    list.hidden = shown.length === 0;
    input.setAttribute("aria-expanded", String(shown.length > 0));
    count.textContent = shown.length === 1 ? "1 in the list" : `${shown.length} in the list`;
    mark(-1);
  }
  function take(option) {
    select.value = option ? option.value : "";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    show();
    close();
  }

  input.addEventListener("input", () => open(plain(input.value)));
  input.addEventListener("click", () => (list.hidden ? open("") : close()));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) open(input.value === chosen() ? "" : plain(input.value));
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((at + step + shown.length + (at < 0 && step < 0 ? 1 : 0)) % shown.length);
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      if (at >= 0) take(shown[at]);
    } else if (event.key === "Escape") {
      show();
      close();
    }
  });
  /* leaving takes the word typed in full, or the only one left; anything else goes back to what was chosen */
  input.addEventListener("blur", () => {
    const typed = plain(input.value);
    const same = options.find((option) => plain(option.text) === typed);
    if (typed === "") take(null);
    else if (same) take(same);
    else if (!list.hidden && shown.length === 1) take(shown[0]);
    else { show(); close(); }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const position = [...list.children].indexOf(event.target);
    if (position >= 0) take(shown[position]);
  });
  window.addEventListener("pageshow", show);
  show();
}

function foldOnPhones(details) {
  if (window.matchMedia(PHONE).matches) details.open = false;
}

document.querySelectorAll("form[data-once]").forEach((form) => {
  sendOnce(form);
  if (form.elements.version) rememberAnswers(form);
});
document.querySelectorAll("[data-reveal]").forEach(offerReveal);
document.querySelectorAll("[data-copy]").forEach(offerCopy);
document.querySelectorAll("select[data-search]").forEach(offerSearch);
document.querySelectorAll("details.fold").forEach(foldOnPhones);
window.addEventListener("beforeprint", () => {
  document.querySelectorAll("details.fold").forEach((details) => { details.open = true; });
});
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
document.querySelectorAll("[data-print][hidden]").forEach((button) => { button.hidden = false; });
/* for browsers that do not heed autofocus on a box of text; those that do have done it by then */
window.addEventListener("load", () => setTimeout(() => {
  if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();
}, 200));
