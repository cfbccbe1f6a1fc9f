document.querySelectorAll("table.ordenable").forEach(function (table) {
  table.querySelectorAll("thead th").forEach(function (head, column) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "orden";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", function () {
      const down = head.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("thead th").forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = Array.from(table.tBodies[0].rows);
      const text = function (row) { return row.cells[column].textContent.trim(); };
      rows.sort(function (one, other) { return text(one).localeCompare(text(other), "es", { numeric: true }); });
      if (down) rows.reverse();
      table.tBodies[0].append.apply(table.tBodies[0], rows);
    });
  });
});
