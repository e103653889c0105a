/** What a server said, as a part of a sentence. */
export const bare = (said: string): string => said.replace(/\.$/, "");
