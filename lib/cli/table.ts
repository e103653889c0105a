/** Columns side by side, two spaces apart, for people. Numbers stand to the right. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [header, ...rows.map((row) => row.map(String))];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ""))));
  const numeric = header.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number"));
  return cells
    .map((row) =>
      header
        .map((_, column) => {
          const cell = row[column] ?? "";
          const space = " ".repeat((widths[column] ?? 0) - width(cell));
          return numeric[column] === true ? space + cell : cell + space;
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Code points, which is close enough for names. */
function width(text: string): number {
  return [...text].length;
}

/** `1 workspace`, `2 workspaces`. */
export function count(number: number, one: string, many: string = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
