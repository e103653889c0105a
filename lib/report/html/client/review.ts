import type { ReviewData } from "../review-data";
import type { dataTable } from "./data-table";
import type { difference } from "./difference";
import type { domTools } from "./dom";
import type { pageTools } from "./page-tools";
import type { reviewRows } from "./review-rows";
import type { reviewTable } from "./review-table";
import type { rowOrder } from "./row-order";

interface Parts {
  readonly domTools: typeof domTools;
  readonly pageTools: typeof pageTools;
  readonly dataTable: typeof dataTable;
  readonly difference: typeof difference;
  readonly reviewRows: typeof reviewRows;
  readonly rowOrder: typeof rowOrder;
  readonly reviewTable: typeof reviewTable;
}

/** What the review page does in the reader's browser. */
export function reviewClient(data: ReviewData, parts: Parts): void {
  const dom = parts.domTools();
  const { byId, all, make } = dom;
  const rows = parts.reviewRows(data);
  const table = parts.reviewTable(dom, rows, (of) => parts.dataTable(dom, of, parts.rowOrder), parts.difference);

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
  for (const pill of all("g[data-filter]", SVGElement)) {
    const show = (): void => {
      table.only(pill.dataset.filter ?? "", pill.dataset.value ?? "");
      byId("changes-title", HTMLElement).scrollIntoView();
    };
    pill.addEventListener("click", show);
    pill.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      show();
    });
  }

  // The exceptions: all of a rule's, and their way to the table.
  addEventListener("click", ({ target }) => {
    const link = target instanceof Element ? target.closest("[data-reveal]") : null;
    if (link !== null) table.reveal(Number(link.getAttribute("data-reveal")));
  });
  function complete(button: HTMLButtonElement): void {
    const group = Number(button.dataset.found);
    const list = byId(`found-${group}`, HTMLElement);
    for (const index of (data.groups[group] ?? []).slice(list.childElementCount)) {
      const { address, message, row } = rows.finding(index);
      const link = { type: "button", class: "link mono", "data-reveal": row };
      const where = row < 0 ? make("code", {}, address) : make("button", link, address);
      list.append(make("li", {}, ...(address === "" ? [] : [where, " "]), message));
    }
    button.hidden = true;
  }
  const unfinished = all("button[data-found]", HTMLButtonElement);
  for (const button of unfinished) {
    button.hidden = false;
    button.addEventListener("click", () => complete(button));
  }
  addEventListener("beforeprint", () => {
    for (const button of unfinished) complete(button);
  });
  parts.pageTools(dom);
}
