// Tables to type in: rows are added, removed and moved in place; cells are pasted from a
// spreadsheet. Without this script the same buttons send the form.

"use strict";

(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;

  const body = (sheet) => sheet.querySelector("tbody");
  const rowsOf = (sheet) => [...body(sheet).rows];
  const told = () => document.dispatchEvent(new CustomEvent("uaip:changed"));
  const controls = (cell) => cell.querySelector("input:not([type=hidden]), select, textarea");

  function addRow(sheet, id) {
    const taken = rowsOf(sheet).map((row) => Number(row.dataset.row));
    if (rowsOf(sheet).length >= Number(sheet.dataset.max)) return null;
    const number = id ?? Math.max(-1, ...taken) + 1;
    const row = sheet.querySelector("template").content.firstElementChild.cloneNode(true);
    const rename = (text) => text.replaceAll("__row__", String(number));
    [row, ...row.querySelectorAll("*")].forEach((part) => {
      for (const { name, value } of [...part.attributes]) {
        if (value.includes("__row__")) part.setAttribute(name, rename(value));
      }
    });
    body(sheet).append(row);
    return row;
  }

  // Numbers that people see follow the order on the page; names keep the row's own id.
  function renumber(sheet) {
    rowsOf(sheet).forEach((row, index) => {
      const shown = String(index + 1);
      row.querySelector(".row-shown").textContent = shown;
      row.querySelectorAll("[aria-label]").forEach((part) => {
        const label = part.getAttribute("aria-label").replace(/([Rr]ow) \d+/, `$1 ${shown}`);
        part.setAttribute("aria-label", label);
        if (part.title) part.title = label;
      });
    });
    const full = rowsOf(sheet).length >= Number(sheet.dataset.max);
    sheet.querySelectorAll("[data-tool=add]").forEach((button) => {
      button.disabled = full;
    });
  }

  function act(button) {
    const sheet = button.closest(".sheet");
    const row = button.closest("tr");
    const [verb, , count] = button.value.split(":");
    if (verb === "add") {
      const first = addRow(sheet);
      for (let more = 1; more < Number(count); more += 1) addRow(sheet);
      renumber(sheet);
      first?.querySelector("td input, td select, td textarea")?.focus();
    } else if (verb === "remove") {
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      if (!rowsOf(sheet).length) addRow(sheet);
      renumber(sheet);
      (next?.querySelector(`[data-tool=${verb}]`) ?? sheet.querySelector("[data-tool=add]")).focus();
    } else {
      const other = verb === "up" ? row.previousElementSibling : row.nextElementSibling;
      if (!other) return;
      if (verb === "up") other.before(row);
      else other.after(row);
      renumber(sheet);
      button.focus();
    }
    told();
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-tool]");
    if (!button) return;
    event.preventDefault();
    act(button);
  });

  // On a phone a long table shows the first field of each row; the rest opens on demand.
  const FOLD_FROM = 6;

  function fold(row) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link unfold";
    const show = (folded) => {
      row.classList.toggle("is-folded", folded);
      button.textContent = folded ? "All fields" : "Fewer fields";
      button.setAttribute("aria-expanded", String(!folded));
    };
    button.addEventListener("click", () => show(!row.classList.contains("is-folded")));
    row.querySelector(".row-number").append(button);
    show(!row.querySelector("[aria-invalid]"));
  }

  document.addEventListener("DOMContentLoaded", () => {
    form.querySelectorAll(".sheet").forEach((sheet) => {
      if (rowsOf(sheet).length >= FOLD_FROM) rowsOf(sheet).forEach(fold);
    });
  });

  // Enter goes to the same column of the next row instead of sending the form.
  form.addEventListener("keydown", (event) => {
    const cell = event.target.closest(".grid td");
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !cell) return;
    if (event.target.matches("button, summary, [type=checkbox]")) return;
    event.preventDefault();
    const row = cell.parentElement.nextElementSibling;
    if (row) controls(row.cells[cell.cellIndex])?.focus();
  });

  function putIn(input, text) {
    if (input.tagName === "SELECT") {
      const wanted = text.trim().toLowerCase();
      const found = [...input.options].find((one) => [one.value, one.text].some((word) => word.toLowerCase() === wanted));
      if (found) input.value = found.value;
      return;
    }
    input.value = text.trim();
    if (input.matches("[data-grow]")) grow(input);
  }

  // Cells with line breaks or tabs come quoted from spreadsheets.
  function cellsOf(text) {
    const lines = [[""]];
    let quoted = false;
    for (let at = 0; at < text.length; at += 1) {
      const sign = text[at];
      const line = lines[lines.length - 1];
      if (quoted && sign === '"' && text[at + 1] === '"') {
        line[line.length - 1] += '"';
        at += 1;
      } else if (sign === '"' && (quoted || line[line.length - 1] === "")) quoted = !quoted;
      else if (!quoted && sign === "\t") line.push("");
      else if (!quoted && sign === "\n") lines.push([""]);
      else line[line.length - 1] += sign;
    }
    return lines.filter((line) => line.some((cell) => cell.trim()));
  }

  form.addEventListener("paste", (event) => {
    const cell = event.target.closest(".grid td");
    const text = event.clipboardData?.getData("text/plain").replaceAll("\r\n", "\n").trimEnd() ?? "";
    if (!cell || !text.includes("\t")) return;
    event.preventDefault();
    const sheet = cell.closest(".sheet");
    const startRow = rowsOf(sheet).indexOf(cell.parentElement);
    const startColumn = cell.cellIndex;
    cellsOf(text).forEach((line, down) => {
      const row = rowsOf(sheet)[startRow + down] ?? addRow(sheet);
      line.forEach((words, right) => {
        const target = row?.cells[startColumn + right];
        const input = target && !target.matches(".row-tools") ? controls(target) : null;
        if (input && input.type !== "checkbox") putIn(input, words);
      });
    });
    renumber(sheet);
    told();
  });

  // "3 chosen" above the boxes of a cell.
  form.addEventListener("change", (event) => {
    const boxes = event.target.closest(".cell-boxes");
    if (!boxes) return;
    const count = boxes.querySelectorAll("input:checked").length;
    boxes.querySelector("summary").textContent = `${count} chosen`;
  });

  // A draft kept in this browser may have other rows than the page.
  document.addEventListener("uaip:rows", (event) => {
    form.querySelectorAll(".sheet").forEach((sheet) => {
      const name = `t-${sheet.dataset.table}-row`;
      const wanted = event.detail.filter(([one]) => one === name).map(([, id]) => id);
      if (!wanted.length) return;
      const known = new Map(rowsOf(sheet).map((row) => [row.dataset.row, row]));
      known.forEach((row, id) => wanted.includes(id) || row.remove());
      wanted.forEach((id) => {
        const row = known.get(id) ?? addRow(sheet, Number(id));
        if (row) body(sheet).append(row);
      });
      renumber(sheet);
    });
  });
})();
