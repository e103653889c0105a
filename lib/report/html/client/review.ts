import type { ReviewData } from "../review-data";
import type { dataTable } from "./data-table";
import type { difference } from "./difference";
import type { domTools } from "./dom";
import type { pageTools } from "./page-tools";

interface Parts {
  readonly domTools: typeof domTools;
  readonly pageTools: typeof pageTools;
  readonly dataTable: typeof dataTable;
  readonly difference: typeof difference;
}

/** What the review page does in the reader's browser. */
export function reviewClient({ texts, rows, findings, groups }: ReviewData, parts: Parts): void {
  const dom = parts.domTools();
  const { byId, all, make } = dom;
  const NAME = 0;
  const [KIND, PROJECT, WAVE, ACTION, FROM, TO, ID, ADDRESS, FULL_FROM, FULL_TO] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const word = (index: number | undefined): string => texts[index ?? -1] ?? "";
  const field = (row: number, place: number | undefined): string => word(rows[row]?.[0][place ?? -1]);
  const rulesOf = (row: number): readonly string[] => (rows[row]?.[2] ?? []).map(word);
  const joined = (from: string, to: string): readonly (Node | string)[] =>
    to === "" ? [make("bdi", {}, from)] : [make("bdi", {}, from), " → ", make("bdi", {}, to)];
  const attributesOf = (row: number): readonly (readonly [string, string, string, boolean])[] => {
    const flat = rows[row]?.[1] ?? [];
    return Array.from({ length: flat.length / 4 }, (_, index) => {
      const [path, before, after, expected] = flat.slice(index * 4, index * 4 + 4);
      return [word(path), word(before), word(after), expected === 1];
    });
  };
  const foundAbout = new Map<number, number[]>();
  findings.forEach(([, , , , , row], index) => {
    const known = foundAbout.get(row);
    if (known === undefined) foundAbout.set(row, [index]);
    else known.push(index);
  });
  const tones: Readonly<Record<string, string>> = { error: "bad", warning: "warn" };
  const signs: Readonly<Record<string, string>> = { bad: "✕", warn: "!", info: "i" };
  const severityOf = new Map(findings.map(([severity, rule, , , , row]) => [`${row} ${word(rule)}`, word(severity)]));
  const chip = (rule: string, severity: string): HTMLElement => {
    const tone = tones[severity] ?? "info";
    const sign = make("span", { "aria-hidden": "true" }, signs[tone] ?? "");
    return make("span", { class: `badge ${tone}` }, sign, make("span", { class: "sr" }, `${severity}: `), rule);
  };

  const selects = all("select[data-filters]", HTMLSelectElement);
  const columns = [NAME, KIND, PROJECT, WAVE, ACTION];
  const passes = (row: number, { value, dataset }: HTMLSelectElement): boolean => {
    if (value === "") return true;
    const found = rulesOf(row);
    if (value === "any") return found.length > 0;
    if (value === "none") return found.length === 0;
    const wanted = value.slice(1);
    if (dataset.filters === "rule") return found.includes(wanted);
    return field(row, { kind: KIND, project: PROJECT, wave: WAVE, action: ACTION }[dataset.filters ?? ""]) === wanted;
  };
  const detail = (row: number): Node => {
    const box = make("div");
    const id = field(row, ID);
    box.append(make("p", { class: "mono" }, id === "" ? field(row, ADDRESS) : `${field(row, ADDRESS)} · ${id}`));
    if (field(row, FULL_FROM) !== "") {
      box.append(make("p", {}, "Connection: ", ...joined(field(row, FULL_FROM), field(row, FULL_TO))));
    }
    for (const index of foundAbout.get(row) ?? []) {
      const [severity, rule, message, remedy] = findings[index] ?? [];
      const line = make("p", {}, chip(word(rule), word(severity)), " ", make("bdi", {}, word(message)));
      if (word(remedy) !== "nothing to do") line.append(make("br"), make("strong", {}, "What to do: "), word(remedy));
      box.append(line);
    }
    const attributes = attributesOf(row);
    if (attributes.length === 0) {
      box.append(make("p", { class: "dim" }, "No attribute differs."));
      return box;
    }
    const head = ["Attribute", "Before", "After"].map((title) => make("th", { scope: "col" }, title));
    const body = make("tbody");
    for (const [path, before, after, expected] of attributes) {
      const [old, now] = parts.difference(dom, before, after);
      const name = make("th", { scope: "row" }, make("code", {}, path));
      if (!expected) name.append(" ", make("span", { class: "badge warn" }, "not a re-pointing's"));
      body.append(make("tr", {}, name, make("td", {}, old), make("td", {}, now)));
    }
    const caption = make("caption", { class: "sr" }, `What changes in ${field(row, NAME)}`);
    box.append(make("table", { class: "attributes" }, caption, make("thead", {}, make("tr", {}, ...head)), body));
    return box;
  };
  const table = parts.dataTable(dom, {
    id: "changes",
    total: rows.length,
    word: ["change", "changes"],
    key: (row, column) =>
      column < columns.length
        ? field(row, columns[column])
        : column === 5
          ? `${field(row, FROM)} → ${field(row, TO)}`
          : rulesOf(row).join(" "),
    cells: (row) => {
      const rules = make("span", { class: "chips" });
      for (const rule of rulesOf(row)) rules.append(chip(rule, severityOf.get(`${row} ${rule}`) ?? "info"));
      return [
        ...columns.map((column) => make("bdi", {}, field(row, column))),
        make("span", {}, ...joined(field(row, FROM), field(row, TO))),
        rules,
      ];
    },
    detail,
    text: (row) =>
      [
        ...(rows[row]?.[0] ?? []).map(word),
        ...attributesOf(row).flat(),
        ...(foundAbout.get(row) ?? []).map((index) => word(findings[index]?.[2])),
        ...rulesOf(row),
      ].join(" "),
    keep: (row) => selects.every((select) => passes(row, select)),
    reset: () => {
      for (const select of selects) select.value = "";
    },
    important: (row) => (rows[row]?.[2].length ?? 0) > 0,
  });
  for (const select of selects) select.addEventListener("input", table.update);

  // The picture: what it is grouped by, and groups that show their rows.
  const groupings = all("button[data-flow]", HTMLButtonElement);
  for (const button of groupings) {
    button.addEventListener("click", () => {
      for (const other of groupings) {
        other.setAttribute("aria-pressed", String(other === button));
        byId(`flow-${other.dataset.flow}`, HTMLElement).hidden = other !== button;
      }
    });
  }
  const showGroup = (pill: SVGElement): void => {
    table.clear();
    const select = selects.find(({ dataset }) => dataset.filters === pill.dataset.filter);
    if (select !== undefined) {
      select.value = `=${pill.dataset.value ?? ""}`;
      table.update();
      byId("changes-title", HTMLElement).scrollIntoView();
      select.focus({ preventScroll: true });
    }
  };
  for (const pill of all("g[data-filter]", SVGElement)) {
    pill.addEventListener("click", () => showGroup(pill));
    pill.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      showGroup(pill);
    });
  }

  // The exceptions: all of a rule's, and their way to the table.
  addEventListener("click", ({ target }) => {
    const link = target instanceof Element ? target.closest("[data-reveal]") : null;
    if (link !== null) table.reveal(Number(link.getAttribute("data-reveal")));
  });
  const completed = new Set<number>();
  const complete = (group: number): void => {
    const list = byId(`found-${group}`, HTMLElement);
    const wanted = groups[group] ?? [];
    if (completed.has(group)) return;
    completed.add(group);
    for (const index of wanted.slice(list.childElementCount)) {
      const [, , message, , address, row = -1] = findings[index] ?? [];
      const where =
        row < 0
          ? make("code", {}, word(address))
          : make("button", { type: "button", class: "link mono", "data-reveal": row }, word(address));
      list.append(make("li", {}, ...(word(address) === "" ? [] : [where, " "]), word(message)));
    }
  };
  for (const button of all("button[data-found]", HTMLButtonElement)) {
    button.hidden = false;
    button.addEventListener("click", () => {
      complete(Number(button.dataset.found));
      button.hidden = true;
    });
  }
  addEventListener("beforeprint", () => {
    for (const button of all("button[data-found]", HTMLButtonElement)) complete(Number(button.dataset.found));
  });
  parts.pageTools(dom);
}
