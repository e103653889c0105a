import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { removeLeftovers, writeFileAtomic } from "../files/atomic";
import { readBytes } from "../files/read-file";
import { parseState } from "../terraform/state-file";
import { stateHolder } from "../terraform/state-holder";
import { fileTrouble } from "../util/file-trouble";
import { parseJson } from "../util/json";
import { judgeSave, type Snapshot } from "./judge-save";

/** A request of Terraform's `http` backend, its caller known. */
export interface StateRequest {
  /** `GET`, `POST`, `LOCK`, `UNLOCK`, or what else was sent. */
  readonly method: string;
  /** The lock that a state is sent under: the `ID` of the query; null without one. */
  readonly lockId: string | null;
  readonly body: Buffer;
}

export interface StateAnswer {
  readonly status: number;
  readonly body?: Buffer;
}

/**
 * A local state file as Terraform's `http` backend asks for it (Terraform, "Backend type: http"; `remote-state/http/client.go`). No
 * refusal is a 5xx: Terraform repeats those. It prints an answer's status alone, so what is wrong is told to `onTrouble`.
 */
export class ServedState {
  private lock: { readonly id: string; readonly info: Buffer } | undefined;
  private lastSeen: string | undefined;
  private isBackedUp = false;

  constructor(
    private readonly file: string,
    private readonly onTrouble: (text: string) => void,
  ) {}

  answer(request: StateRequest): StateAnswer {
    try {
      switch (request.method) {
        case "GET":
          return this.read();
        case "POST":
          return this.save(request);
        case "LOCK":
          return this.takeLock(request.body);
        case "UNLOCK":
          return this.giveLock(request.body);
        default:
          return { status: 405 };
      }
    } catch (error) {
      const said = fileTrouble(error)?.message ?? (error instanceof Error ? error.message : String(error));
      return this.refuse(409, said);
    }
  }

  private read(): StateAnswer {
    const { bytes, snapshot } = this.present();
    if (snapshot.state.type === "broken") return this.refuse(409, "the file does not contain a complete state");
    this.lastSeen = snapshot.sha256;
    return bytes.length === 0 ? { status: 204 } : { status: 200, body: bytes };
  }

  private save({ lockId, body }: StateRequest): StateAnswer {
    if (this.lock !== undefined && this.lock.id !== lockId)
      return this.refuse(423, "another Terraform process has locked it");
    const { bytes, snapshot } = this.present();
    const incoming = snapshotOf(body);
    const ruling = judgeSave(incoming, snapshot, this.lastSeen);
    if (ruling.type === "refuse") return this.refuse(409, ruling.reason);
    if (ruling.type === "save") {
      const mode = (statSync(this.file, { throwIfNoEntry: false })?.mode ?? 0o600) & 0o777;
      // As the local backend: what a run found, once a run (`statemgr.Filesystem`, `writeState`).
      if (!this.isBackedUp && bytes.length > 0) writeFileAtomic(`${this.file}.backup`, bytes, { mode });
      this.isBackedUp = true;
      writeFileAtomic(this.file, body, { mode });
    }
    this.lastSeen = incoming.sha256;
    return { status: 200 };
  }

  private takeLock(info: Buffer): StateAnswer {
    if (this.lock !== undefined) return { status: 423, body: this.lock.info };
    const holder = stateHolder(this.file);
    if (holder !== undefined) {
      // Terraform takes the holder's description and prints its own (`remote-state/http/client.go`, `clistate.Lock`).
      this.onTrouble(`the Terraform state ${this.file} is locked, according to ${holder.file}: ${holder.text}`);
      return { status: 423, body: holder.info };
    }
    const id = idOf(info);
    if (id === undefined) return { status: 400 };
    this.lock = { id, info };
    this.isBackedUp = false;
    for (const file of [this.file, `${this.file}.backup`]) removeLeftovers(file);
    return { status: 200 };
  }

  private giveLock(info: Buffer): StateAnswer {
    if (this.lock === undefined || this.lock.id !== idOf(info)) return { status: 409 };
    this.lock = undefined;
    return { status: 200 };
  }

  private present(): { readonly bytes: Buffer; readonly snapshot: Snapshot } {
    const purpose = { rule: "state/unreadable", fix: "restore the state file that Terraform wrote" };
    const bytes = readBytes(this.file, purpose);
    if (bytes === undefined) {
      const none = Buffer.alloc(0);
      return { bytes: none, snapshot: { sha256: sha256(none), state: { type: "absent" } } };
    }
    return { bytes, snapshot: snapshotOf(bytes) };
  }

  private refuse(status: 409 | 423, reason: string): StateAnswer {
    this.onTrouble(`the Terraform state ${this.file} was not read or written: ${reason}`);
    return { status };
  }
}

function snapshotOf(bytes: Buffer): Snapshot {
  return { sha256: sha256(bytes), state: parseState(bytes.toString("utf8")) };
}

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

function idOf(info: Buffer): string | undefined {
  const json = parseJson(info.toString("utf8"));
  const value = json.type === "value" ? json.value : undefined;
  if (typeof value !== "object" || value === null || !("ID" in value)) return undefined;
  return typeof value.ID === "string" && value.ID !== "" ? value.ID : undefined;
}
