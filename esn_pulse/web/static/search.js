"use strict";
// Searches as one types. The address keeps the words, and the form works without this.

const WAIT = 200; // milliseconds after the last key
const field = document.getElementById("find");
let asked = 0;
let timer;

async function search() {
  const number = ++asked;
  const words = field.value.trim();
  const address = words ? `/search?${new URLSearchParams({ q: words })}` : "/search";
  const answer = await fetch(address).catch(() => null); // when we are offline, the form says so
  const text = await answer?.text();
  if (!answer || number !== asked) return;
  const page = new DOMParser().parseFromString(text, "text/html");
  const says = page.querySelector("#says, .lead"); // the lead of a page that says what went wrong
  document.getElementById("says").textContent = says.textContent;
  document.getElementById("found").replaceChildren(...page.querySelectorAll("#found > *"));
  history.replaceState(null, "", address);
}

field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, WAIT);
});
