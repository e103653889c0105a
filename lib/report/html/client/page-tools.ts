import type { DomTools } from "./dom";

/** What every page has: the choice of light and dark, commands to copy, and folded parts that open for printing. */
export function pageTools({ byId, all }: DomTools): void {
  const root = document.documentElement;
  const button = byId("theme", HTMLButtonElement);
  const themes = ["system", "light", "dark"];
  const use = (theme: string): void => {
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
  };
  // A browser may refuse a page that was opened from a file its storage; the choice then lasts as long as the page.
  const stored = (access: () => string | null): string | null => {
    try {
      return access();
    } catch {
      return null;
    }
  };
  const key = "repoint-theme";
  const before = stored(() => localStorage.getItem(key)) ?? "system";
  use(themes.includes(before) ? before : "system");
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = themes[(themes.indexOf(root.dataset.theme ?? "system") + 1) % themes.length] ?? "system";
    use(next);
    stored(() => {
      localStorage.setItem(key, next);
      return next;
    });
  });

  for (const copy of all("button[data-copy]", HTMLButtonElement)) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      const text = copy.dataset.copy ?? "";
      try {
        await navigator.clipboard.writeText(text);
        copy.textContent = "Copied";
      } catch {
        const code = copy.parentElement?.querySelector("code");
        if (code) getSelection()?.selectAllChildren(code);
        copy.textContent = "Selected";
      }
      setTimeout(() => {
        copy.textContent = "Copy";
      }, 2000);
    });
  }

  let opened: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    opened = all("details:not([open])", HTMLDetailsElement);
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
}
