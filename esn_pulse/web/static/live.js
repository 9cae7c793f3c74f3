"use strict";
// Keeps up to date what has data-live, the address of a stream: see live.py. What follows it says
// when that is not possible.

const PATIENCE = 5000; // milliseconds without a connection before anything is said of it
const LONGEST = 300_000; // milliseconds between two attempts, before they are given up

// Changes what differs and nothing else: focus, selection and what was unfolded stay as they are.
function change(old, fresh) {
  const [olds, news] = [[...old.childNodes], [...fresh.childNodes]];
  news.forEach((now, place) => {
    const was = olds[place];
    if (!was) old.append(now);
    else if (was.isEqualNode(now)) return;
    else if (isSame(was, now)) changeElement(was, now);
    else was.replaceWith(now);
  });
  olds.slice(news.length).forEach((was) => was.remove());
}

function isSame(was, now) {
  return was.nodeType === Node.ELEMENT_NODE && was.nodeName === now.nodeName && was.id === now.id;
}

function changeElement(was, now) {
  for (const { name } of [...was.attributes]) {
    if (!now.hasAttribute(name) && name !== "open") was.removeAttribute(name);
  }
  for (const { name, value } of now.attributes) was.setAttribute(name, value);
  change(was, now);
}

function show(shown, html) {
  const focused = document.activeElement;
  change(shown, new DOMParser().parseFromString(html, "text/html").body);
  if (focused.id && !focused.isConnected) document.getElementById(focused.id)?.focus();
}

// A stream that breaks off is asked for again by the browser, but not one that is refused, as it is
// while the database is away: for that we wait ever longer.
function lookOn(shown, pause = PATIENCE) {
  const says = shown.nextElementSibling;
  const source = new EventSource(shown.dataset.live);
  let waiting;
  const say = (text) => {
    clearTimeout(waiting);
    waiting = undefined;
    if (says.textContent !== text) says.textContent = text;
  };
  source.addEventListener("message", ({ data }) => {
    pause = PATIENCE;
    say("");
    show(shown, data);
  });
  source.addEventListener("trouble", () => say(says.dataset.lost));
  source.addEventListener("end", () => source.close());
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) {
      waiting ??= setTimeout(say, PATIENCE, says.dataset.lost);
    } else if (pause > LONGEST) {
      say(says.dataset.gone);
    } else {
      say(says.dataset.lost);
      setTimeout(lookOn, pause, shown, pause * 2);
    }
  });
}

document.querySelectorAll("[data-live]").forEach((shown) => lookOn(shown));
