/** Keeps every text once: 10,000 rows name the same few connections, projects and tokens. */
export class StringPool {
  readonly texts: string[] = [];
  private readonly known = new Map<string, number>();

  /** The text's number; equal texts have the same. */
  add(text: string): number {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const index = this.texts.push(text) - 1;
    this.known.set(text, index);
    return index;
  }
}
