"use strict";
// Everything on the page is there without this script. With it, a moment can be
// read off all charts at once, and variants can be hidden.
(() => {
  const plots = [...document.querySelectorAll(".plot")].map((box) => {
    const figure = box.closest("figure");
    const table = document.getElementById("figures-" + figure.dataset.v);
    const keys = [...figure.querySelectorAll(".at")].map((key) => (
      { key, column: Number(key.dataset.c) + 1, most: key.textContent }));
    const at = Object.fromEntries(["from", "to", "left", "right", "top", "bottom"].map((k) => [k, Number(box.dataset[k])]));
    return { box, figure, table, keys, at };
  });
  if (plots.length === 0) return;

  const times = new Map(); // of each table's rows
  for (const { table } of plots) {
    times.set(table, [...table.tBodies[0].rows].map((row) => Number(row.dataset.t)));
  }
  const spoken = document.getElementById("spoken");
  const percent = (share) => share * 100 + "%";

  // nearest gives the row of a table at a moment.
  function nearest(table, t) {
    const list = times.get(table);
    let best = 0;
    list.forEach((at, i) => { if (Math.abs(at - t) < Math.abs(list[best] - t)) best = i; });
    return best;
  }

  // show puts the crosshair of every chart at a moment.
  function show(t) {
    for (const p of plots) {
      const i = nearest(p.table, t);
      const row = p.table.tBodies[0].rows[i];
      const at = times.get(p.table)[i];
      p.hair.hidden = false;
      p.hair.style.left = percent((at - p.at.from) / (p.at.to - p.at.from));
      p.cross.setAttribute("aria-valuenow", at);
      p.cross.setAttribute("aria-valuetext", row.cells[0].textContent);
      p.figure.querySelector(".when").textContent = "at " + row.cells[0].textContent;
      for (const k of p.keys) k.key.textContent = row.cells[k.column].textContent;
    }
  }

  function clear() {
    for (const p of plots) {
      p.hair.hidden = true;
      p.figure.querySelector(".when").textContent = "";
      for (const k of p.keys) k.key.textContent = k.most;
    }
  }

  // speak tells a screen reader all figures of one run at a moment.
  function speak(p, t) {
    const row = p.table.tBodies[0].rows[nearest(p.table, t)];
    const names = p.table.tHead.rows[0].cells;
    const said = [...row.cells].slice(1).map((cell, i) => names[i + 1].textContent + " " + cell.textContent);
    spoken.textContent = p.table.dataset.who + " at " + row.cells[0].textContent + ": " + said.join(", ");
  }

  function press(p, event) {
    const list = times.get(p.table);
    const now = p.hair.hidden ? -1 : nearest(p.table, Number(p.cross.getAttribute("aria-valuenow")));
    const page = Math.max(1, Math.round(list.length / 10));
    const to = {
      ArrowLeft: now - 1, ArrowRight: now + 1, ArrowDown: now - 1, ArrowUp: now + 1,
      PageDown: now - page, PageUp: now + page, Home: 0, End: list.length - 1,
    }[event.key];
    if (event.key === "Escape") clear();
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const t = list[Math.min(Math.max(to, 0), list.length - 1)];
    show(t);
    speak(p, t);
  }

  function point(p, event) {
    const frame = p.cross.getBoundingClientRect();
    show(p.at.from + (event.clientX - frame.left) / frame.width * (p.at.to - p.at.from));
  }

  for (const p of plots) {
    p.cross = document.createElement("div");
    p.cross.className = "cross";
    p.cross.tabIndex = 0;
    p.cross.style.left = percent(p.at.left);
    p.cross.style.width = percent(p.at.right - p.at.left);
    p.cross.style.top = percent(p.at.top);
    p.cross.style.height = percent(p.at.bottom - p.at.top);
    p.cross.setAttribute("role", "slider");
    p.cross.setAttribute("aria-label", "Moment, " + p.box.querySelector("title").textContent);
    p.cross.setAttribute("aria-valuemin", p.at.from);
    p.cross.setAttribute("aria-valuemax", p.at.to);
    p.cross.setAttribute("aria-valuenow", p.at.from);
    p.hair = p.cross.appendChild(document.createElement("i"));
    p.hair.hidden = true;
    p.box.append(p.cross);
    p.cross.addEventListener("keydown", (event) => press(p, event));
    p.cross.addEventListener("pointermove", (event) => point(p, event));
    p.cross.addEventListener("pointerdown", (event) => point(p, event));
    p.cross.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") clear(); });
  }

  const choices = document.getElementById("choices");
  choices.hidden = false;
  choices.addEventListener("change", () => {
    const shown = new Map([...choices.querySelectorAll("input")].map((box) => [box.value, box.checked]));
    for (const part of document.querySelectorAll("[data-v]")) part.hidden = shown.get(part.dataset.v) === false;
  });

  // What does not scroll needs no stop for the Tab key.
  const stops = document.querySelectorAll(".wide");
  const settle = () => stops.forEach((box) => {
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (scrolls) box.tabIndex = 0; else box.removeAttribute("tabindex");
  });
  new ResizeObserver(settle).observe(document.body);
})();
