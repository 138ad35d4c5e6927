"use strict";
// Everything on the page is there without this script: each mark has its title. With it,
// what is pointed at is read out above the chart, and can be touched as well.
(() => {
  const reading = document.getElementById("reading");
  if (reading) {
    const hint = reading.textContent;
    const chart = reading.parentElement.querySelector(".chart");
    const told = (event) => {
      const mark = event.target.closest ? event.target.closest("path") : null;
      const title = mark && mark.querySelector("title");
      reading.textContent = title ? title.textContent : hint;
    };
    chart.addEventListener("pointermove", told);
    chart.addEventListener("pointerdown", told);
    chart.addEventListener("pointerleave", () => { reading.textContent = hint; });
  }

  // What does not scroll needs no stop for the Tab key.
  const stops = document.querySelectorAll(".wide");
  const settle = () => stops.forEach((box) => {
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (scrolls) box.tabIndex = 0; else box.removeAttribute("tabindex");
  });
  new ResizeObserver(settle).observe(document.body);
})();
