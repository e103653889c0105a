import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a process of a guarded run does. */
export type Role = "repoint" | "guard" | "terraform" | "provider" | "other";

/** The processes of a group that have not ended; one that nobody has asked for has. */
export function processesOf(group: number): readonly { readonly pid: number; readonly role: Role }[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(join("/proc", name, "stat"), "utf8");
      const [state, , groupOf] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (groupOf !== String(group) || state === "Z" || state === "X") return [];
      return [{ pid: Number(name), role: roleOf(readFileSync(join("/proc", name, "cmdline"), "utf8").split("\0")) }];
    } catch {
      return [];
    }
  });
}

function roleOf(words: readonly string[]): Role {
  const [program = "", script = ""] = words;
  if (script.endsWith("repoint.js")) return "repoint";
  if (script.endsWith(join("guard", "run.js"))) return "guard";
  if (program.includes("terraform-provider-")) return "provider";
  return /(^|\/)terraform$/.test(program) ? "terraform" : "other";
}
