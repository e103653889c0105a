/** Tokens by the shape that their makers give them: GitLab's have a prefix, TFE's an `atlasv1` in the middle. */
const shapes = [/\bgl[a-z]{2,6}-[A-Za-z0-9_-]{10,}/, /\b[A-Za-z0-9]{10,}\.atlasv1\.[A-Za-z0-9]+/];

/** Whether a text holds something that looks like a GitLab or TFE token. */
export function looksSecret(text: string): boolean {
  return shapes.some((shape) => shape.test(text));
}

/** A value for an error message, in quotes; never a token. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  if (looksSecret(text)) return "a token (not shown)";
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
