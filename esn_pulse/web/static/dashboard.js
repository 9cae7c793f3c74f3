"use strict";
// Draws the charts of a page, each from the data beside it.

async function drawAll() {
  const figures = [...document.querySelectorAll("figure:not(.empty)")];
  const answer = await fetch(document.getElementById("charts").href);
  const charts = await answer.json();
  document.querySelectorAll("figure#map").forEach(tellSections);
  for (const figure of figures) {
    await drawFigure(figure, charts[figure.id], JSON.parse(figure.querySelector("script").textContent));
  }
  document.body.dataset.drawn = figures.length;
}

drawAll();
